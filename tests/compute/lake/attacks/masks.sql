--! like-masked-prefix: LIKE on a masked column must see the mask, not the number
SELECT case_no FROM crimes WHERE reporter_id LIKE '1599991%' ORDER BY 1
--! like-masked-digit: Guessing digit by digit
SELECT count(*) AS n FROM crimes WHERE reporter_id LIKE '_____9%'
--! like-masked-contains: A masked-out part in the middle
SELECT count(*) AS n FROM crimes WHERE contains(reporter_id, '1940')
--! ilike-masked: ILIKE
SELECT count(*) AS n FROM crimes WHERE reporter_name ILIKE '%secret%'
--! similar-masked: SIMILAR TO
SELECT count(*) AS n FROM crimes WHERE reporter_id SIMILAR TO '159999.*'
--! regexp-masked: A regular expression
SELECT count(*) AS n FROM crimes WHERE regexp_matches(reporter_id, '^1599')
--! glob-masked: GLOB
SELECT count(*) AS n FROM crimes WHERE reporter_id GLOB '1599*'
--! starts-with-masked: Starts with
SELECT count(*) AS n FROM crimes WHERE starts_with(phone, '138077886677')
--! equal-masked: The whole number guessed
SELECT case_no FROM crimes WHERE reporter_id = '159999194001080001'
--! in-masked: A list of guesses
SELECT case_no FROM crimes WHERE phone IN ('138077886677001', '138077886677037')
--! between-masked: Binary search by order
SELECT count(*) AS n FROM crimes WHERE reporter_id BETWEEN '159999' AND '159999z'
--! length-last4: The length of the number
SELECT length(reporter_id) AS l, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1
--! length-first4: The length of the telephone
SELECT DISTINCT length(phone) AS l FROM crimes ORDER BY 1
--! length-redact: The length of a name
SELECT DISTINCT length(reporter_name) AS l FROM crimes
--! null-redact: Whether there is a name
SELECT count(*) AS n FROM crimes WHERE reporter_name IS NULL
--! null-of-redacted-number: Whether there is a weight
SELECT count(*) AS n FROM crimes WHERE weight IS NULL
--! null-of-null-mask: Whether there is a note
SELECT case_no FROM crimes WHERE note IS NOT NULL
--! is-distinct-null-mask: IS DISTINCT FROM sees NULLs
SELECT count(*) AS n FROM crimes WHERE note IS DISTINCT FROM NULL
--! coalesce-null-mask: coalesce over a null mask
SELECT DISTINCT coalesce(note, 'nothing') AS x FROM crimes
--! nullif-redact: nullif of a redacted name with a guess
SELECT count(nullif(reporter_name, 'SECRETone1')) AS n FROM crimes
--! year-month: The month of a year-only date
SELECT month(born) AS m FROM crimes
--! year-as-date: A year is a number, no date
SELECT count(*) AS n FROM crimes WHERE born > DATE '1970-06-15'
--! year-cast-back: Cast back to a date
SELECT CAST(CAST(born AS TEXT) AS DATE) AS d FROM crimes
--! year-strftime: Formatted
SELECT strftime(born, '%m-%d') AS d FROM crimes
--! year-minus: Differences of years only
SELECT DISTINCT born - 1950 AS y FROM crimes ORDER BY 1
--! year-date-diff: Days between
SELECT case_no, date_diff('day', born, opened_on) AS d FROM crimes ORDER BY 1
--! year-time: The hour of a year-only time
SELECT hour(seen_at) AS h FROM crimes
--! year-seen: The year of a time
SELECT seen_at, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1
--! year-epoch: Seconds of a year-only time
SELECT epoch(seen_at) AS e FROM crimes
--! number-redacted-compare: A redacted number compared with a number
SELECT count(*) AS n FROM crimes WHERE weight > 424242
--! number-redacted-cast: Cast back to a number
SELECT count(*) AS n FROM crimes WHERE TRY_CAST(weight AS DOUBLE) > 0
--! number-redacted-sum: Summed
SELECT sum(CAST(weight AS DOUBLE)) AS s FROM crimes
--! number-first4-compare: First four digits of an amount
SELECT count(*) AS n FROM crimes WHERE paid > 1000
--! number-first4-cast: Cast back
SELECT count(*) AS n FROM crimes WHERE TRY_CAST(paid AS DECIMAL(18, 2)) > 0
--! number-first4-length: How long the amount is
SELECT DISTINCT length(paid) AS l FROM crimes ORDER BY 1
--! hash-length: A hash is sixteen characters, whatever was hashed
SELECT DISTINCT length(suspect_id) AS l FROM crimes ORDER BY 1
--! hash-guess: A number never equals its hash
SELECT count(*) AS n FROM crimes WHERE suspect_id = '159999199101010001'
--! hash-recompute: Hashing a guess without the salt
SELECT count(*) AS n FROM crimes WHERE suspect_id = left(sha256('159999199101010001'), 16)
--! hash-recompute-md5: With other hashes
SELECT count(*) AS n FROM crimes WHERE suspect_id IN (md5('159999199101010001'), left(md5('159999199101010001'), 16))
--! hash-known-plaintext: A person's own value beside the hash tells the hash of that one only
SELECT c.suspect_id = v.owner_id AS same, count(*) AS n FROM crimes c, vehicles v WHERE v.plate = '蒙A00001' GROUP BY 1 ORDER BY 1
--! hash-of-hash: Hashing again
SELECT count(DISTINCT md5(suspect_id)) AS n FROM crimes
--! hash-xor: Bits of the hash
SELECT count(*) AS n FROM crimes WHERE suspect_id LIKE '0%'
--! concat-masked: A masked value within another
SELECT case_no || ':' || reporter_id || ':' || phone || ':' || reporter_name AS x FROM crimes ORDER BY 1
--! reverse-masked: Reversed
SELECT reverse(reporter_id) AS x FROM crimes ORDER BY 1
--! substring-masked: The front of a number
SELECT DISTINCT substring(reporter_id, 1, 4) AS x FROM crimes ORDER BY 1
--! left-right-masked: Both ends
SELECT DISTINCT left(reporter_id, 4) AS l, right(phone, 4) AS r FROM crimes ORDER BY 1, 2
--! ascii-masked: One character's number
SELECT DISTINCT ascii(reporter_name) AS a, unicode(reporter_id) AS u FROM crimes ORDER BY 1, 2
--! levenshtein-masked: How far a guess is
SELECT min(levenshtein(reporter_name, 'SECRETone1')) AS d FROM crimes
--! jaro-masked: How like a guess is
SELECT max(jaro_winkler_similarity(reporter_id, '159999194001080001')) AS s FROM crimes
--! hamming-masked: How many characters differ
SELECT min(hamming(phone, '138077886677')) AS s FROM crimes
--! hash-function-masked: The engine's hash of a masked value
SELECT hash(reporter_name) AS h, count(*) AS n FROM crimes GROUP BY 1
--! md5-masked: md5 of a masked value
SELECT DISTINCT md5(reporter_name) AS h FROM crimes
--! sha256-masked: sha256 of a masked value
SELECT DISTINCT sha256(phone) AS h FROM crimes ORDER BY 1
--! case-masked: CASE on a masked value
SELECT case_no, CASE reporter_name WHEN 'SECRETone1' THEN 1 ELSE 0 END AS x FROM crimes ORDER BY 1
--! min-max-masked: Extremes of masked values
SELECT min(reporter_id) AS a, max(reporter_id) AS b, min(note) AS c, max(reporter_name) AS d FROM crimes
--! count-distinct-masked: How many persons report
SELECT count(DISTINCT reporter_id) AS a, count(DISTINCT reporter_name) AS b, count(DISTINCT phone) AS c, count(DISTINCT note) AS d FROM crimes
--! approx-distinct-masked: About how many
SELECT approx_count_distinct(reporter_name) AS a, approx_count_distinct(note) AS b FROM crimes
--! list-masked: All masked values
SELECT list(DISTINCT phone ORDER BY phone) AS x FROM crimes
--! string-agg-masked: Joined
SELECT string_agg(reporter_name, '' ORDER BY case_no) AS x FROM crimes
--! bit-agg-masked: Bits
SELECT bit_xor(length(reporter_name)) AS x FROM crimes
--! group-year: Persons by year
SELECT born, count(*) AS n FROM crimes GROUP BY born ORDER BY 1
--! distinct-masked: DISTINCT over masked values
SELECT DISTINCT reporter_name, note, weight FROM crimes
--! order-masked-limit: The first by a masked order
SELECT case_no FROM crimes ORDER BY weight, paid, case_no LIMIT 10
--! order-redacted-window: Ranks by redacted values
SELECT max(r) AS r FROM (SELECT rank() OVER (ORDER BY reporter_name) AS r FROM crimes)
--! top-n-masked: max(x, n)
SELECT max(reporter_id, 3) AS x FROM crimes
--! arg-min-masked: The row of the least redacted value
SELECT arg_min(case_no, reporter_name) AS x FROM crimes
--! masked-in-subquery: The mask holds in a subquery
SELECT count(*) AS n FROM crimes WHERE reporter_id IN (SELECT reporter_id FROM crimes WHERE reporter_id LIKE '159999%')
--! masked-in-cte: The mask holds in a CTE
WITH x AS (SELECT reporter_id AS i, phone AS p FROM crimes) SELECT * FROM x ORDER BY 1, 2
--! masked-through-union: The mask holds under another's name
SELECT case_no AS v FROM crimes UNION SELECT note FROM crimes UNION SELECT reporter_name FROM crimes ORDER BY 1
--! masked-through-values-join: Guesses joined in
SELECT g.x, count(c.case_no) AS n FROM (VALUES ('159999194001080001'), ('****0001')) AS g(x) LEFT JOIN crimes c ON c.reporter_id = g.x GROUP BY 1 ORDER BY 1
--! masked-through-except: Guesses less what there is
SELECT * FROM (VALUES ('138077886677001'), ('1380****')) AS g(x) EXCEPT SELECT phone FROM crimes ORDER BY 1
--! masked-group-concat-keys: A map of masked keys
SELECT map_from_entries(list((case_no, reporter_id))) AS m FROM crimes
--! masked-pivot-names: Column names out of masked values
PIVOT (SELECT reporter_name, victims FROM crimes) ON reporter_name USING sum(victims)
--! vin-join-across: A last4 value joined across datasets
SELECT count(*) AS n FROM vehicles v JOIN crimes c ON right(v.vin, 4) = right(c.reporter_id, 4)
--! vin-length: The length of a vehicle number
SELECT DISTINCT length(vin) AS l FROM vehicles
--! guest-redacted-count: Guests by name
SELECT guest_name, count(*) AS n FROM stays GROUP BY guest_name
--! guest-null: Guests without a name
SELECT count(*) FILTER (WHERE guest_name IS NULL) AS n, count(guest_name) AS m FROM stays
--! guest-open-filter-withheld: A dataset with all rows permitted still withholds columns
SELECT room FROM stays
--! guest-open-filter-order: Nor sorts by them
SELECT hotel FROM stays ORDER BY room
--! cast-blob-masked: The bytes of a masked value
SELECT DISTINCT CAST(reporter_name AS BLOB) AS b FROM crimes
--! encode-masked: Encoded
SELECT DISTINCT hex(reporter_name) AS h, base64(encode(reporter_name)) AS b FROM crimes
--! soundex-like: Chinese collation order of masked values
SELECT case_no FROM crimes ORDER BY reporter_name COLLATE NOCASE, case_no
