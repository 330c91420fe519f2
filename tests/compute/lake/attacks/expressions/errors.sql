--! cast-int: Hidden texts are no numbers
CAST(c.tag AS INT)
--! cast-colon: The short spelling
c.tag::BIGINT
--! cast-double: As a number
CAST(c.tag AS DOUBLE)
--! cast-decimal: As a decimal
CAST(c.tag AS DECIMAL(9, 2))
--! cast-tinyint: Too big for its type
CAST(c.divisor AS TINYINT)
--! cast-date: Hidden texts are no dates
CAST(c.tag || '-01-01' AS DATE)
--! cast-timestamp: Nor times
CAST(c.tag || '-01-01 00:00:00' AS TIMESTAMP)
--! cast-boolean: Nor truths
CAST(CASE WHEN c.tag LIKE '20%' THEN '1' ELSE c.tag END AS BOOLEAN)
--! cast-interval: Nor intervals
CAST(c.tag || ' days' AS INTERVAL)
--! cast-uuid: Nor UUIDs
CAST('00000000-0000-0000-0000-00000000' || c.tag AS UUID)
--! cast-bit: Nor bits
CAST(CASE WHEN c.tag LIKE '20%' THEN '101' ELSE c.tag END AS BIT)
--! cast-blob: Nor blobs
CAST(CASE WHEN c.tag LIKE '20%' THEN '\x41' ELSE c.tag END AS BLOB)
--! cast-json: Nor JSON
CAST(c.tag AS JSON)
--! cast-list: Nor lists
CAST('[' || c.tag || ']' AS INT[])
--! cast-uhugeint: Negative into unsigned
CAST(c.divisor AS UTINYINT)
--! add-overflow: Hidden extremes overflow
c.divisor + 9223372036854775000
--! subtract-overflow: The other way
c.divisor - 9223372036854775807
--! multiply-overflow: By multiplying
c.divisor * 1000000000000000000
--! negate-overflow: The least has no opposite
-c.divisor
--! abs-overflow: Nor an absolute
abs(c.divisor)
--! integer-division: By zero
100 // c.divisor
--! division: By zero
100 / c.divisor
--! modulo: By zero
100 % c.divisor
--! decimal-overflow: A decimal beyond its type
c.amount * CAST(1000000000000000000 AS DECIMAL(38, 0))
--! power-overflow: A power beyond its type
CAST(pow(c.divisor, 20) AS BIGINT)
--! sqrt: Of a negative
sqrt(c.divisor)
--! ln: Of zero
ln(c.divisor)
--! log: Of a negative
log10(c.divisor)
--! acos: Beyond one
acos(c.divisor / 10.0)
--! factorial: Overflows
factorial(CAST(c.divisor AS INT))
--! gamma: Of zero
gamma(c.divisor)
--! exp-cast: Overflows on the way back
CAST(exp(c.divisor) AS BIGINT)
--! round-digits: By hidden digits
round(c.score, CAST(c.divisor AS INT))
--! bit-shift: By a hidden width
1 << c.divisor
--! chr: Of no character
chr(CAST(c.divisor AS INT))
--! repeat: Until memory ends
length(repeat(c.tag, c.divisor))
--! lpad: To a hidden length
length(lpad(c.tag, CAST(c.divisor AS INT), 'x'))
--! rpad: To a hidden length
length(rpad(c.tag, CAST(c.divisor AS INT), 'x'))
--! substring-length: Of a hidden length
substring(c.tag, 1, c.divisor)
--! make-date: Of no date
make_date(CAST(c.divisor AS INT) + 2000, CAST(c.divisor AS INT), 1)
--! make-timestamp: Of no time
make_timestamp(c.divisor * 100000000)
--! date-add: Beyond the last day
year(c.opened_on + INTERVAL 290000 YEAR)
--! date-interval-column: By a hidden number of days
c.opened_on + to_days(CAST(c.divisor AS INT))
--! date-integer: By a hidden number
c.opened_on + CAST(c.divisor AS INT)
--! timestamp-subtract: Before the first moment
c.opened_at - INTERVAL 290000 YEAR
--! to-timestamp: Of no moment
to_timestamp(c.divisor * 100000000)
--! epoch-ms: Of no moment
epoch_ms(c.divisor * 1000000000)
--! strptime: Of no date
strptime(c.tag, '%Y')
--! strftime-format: With a hidden format
strftime(c.opened_on, c.tag)
--! date-trunc-part: A hidden part
date_trunc(CASE WHEN c.tag LIKE '20%' THEN 'year' ELSE c.tag END, c.opened_on)
--! date-part-name: A hidden part
date_part(CASE WHEN c.tag LIKE '20%' THEN 'year' ELSE c.tag END, c.opened_on)
--! date-diff-part: A hidden part
date_diff(CASE WHEN c.tag LIKE '20%' THEN 'year' ELSE c.tag END, c.opened_on, DATE '2026-01-01')
--! zone: A hidden zone
timezone(CASE WHEN c.tag LIKE '20%' THEN 'UTC' ELSE c.tag END, c.opened_at)
--! time-bucket: A hidden width
time_bucket(to_days(CAST(c.divisor AS INT)), c.opened_on)
--! regexp-pattern: A hidden pattern
regexp_matches('2001', c.tag)
--! regexp-replace-pattern: A hidden pattern
regexp_replace('2001', c.tag, 'x')
--! regexp-extract-pattern: A hidden pattern
regexp_extract('2001', c.tag)
--! regexp-extract-group: A hidden group
regexp_extract('2001', '(2)(0)', CAST(c.divisor % 3 AS INT))
--! regexp-options: Hidden options
regexp_matches('a', 'a', CASE WHEN c.tag LIKE '20%' THEN 'i' ELSE c.tag END)
--! regexp-split: A hidden pattern
regexp_split_to_array('2001', c.tag)
--! similar-pattern: A hidden pattern
'2001' SIMILAR TO c.tag
--! like-escape: A hidden escape
'a' LIKE 'a' ESCAPE left(c.tag, CAST(c.divisor AS INT) % 2)
--! like-pattern: A hidden pattern that ends in its escape
'2001' LIKE c.tag ESCAPE '\'
--! format: A hidden format
format(c.tag, 1)
--! printf: A hidden format
printf(c.tag, 1)
--! json-extract: No JSON
json_extract(c.tag, '$.a')
--! json-path: A hidden path
json_extract('{"a": 1}', c.tag)
--! json-arrow: By the arrow
c.tag -> '$.a'
--! json-valid-then: JSON by a function
json_array_length(c.tag)
--! unhex: No hexadecimal
unhex(c.tag)
--! from-base64: No base64
from_base64(c.tag)
--! from-binary: No bits
unbin(CASE WHEN c.tag LIKE '20%' THEN '101' ELSE c.tag END)
--! decode: No UTF-8
decode(unhex(CASE WHEN c.tag LIKE '20%' THEN '41' ELSE 'ff' END))
--! url-decode: A broken escape
url_decode(c.tag)
--! to-base: A hidden base
to_base(100, CAST(c.divisor AS INT) + 1)
--! hamming: Texts of other lengths
hamming(c.tag, '2001')
--! list-index: Beyond the list
[1, 2, 3][c.divisor]
--! list-slice: A hidden slice
[1, 2, 3][1:c.divisor]
--! list-extract: By a function
list_extract([1, 2, 3], c.divisor)
--! list-resize: To a hidden length
len(list_resize([1], c.divisor))
--! range-list: A list of hidden length
len(range(c.divisor))
--! generate-series-list: Another
len(generate_series(1, c.divisor))
--! array-value: An array of a hidden shape
array_cosine_distance([1.0, c.divisor]::DOUBLE[2], [1.0, 0.0]::DOUBLE[2])
--! struct-key: A hidden key
struct_extract({'a': 1}, c.tag)
--! map-keys: Keys that are double
map([c.divisor, 0], [1, 2])
--! map-from-tag: Keys that are equal only there
map([c.tag, '99999999999999999999'], [1, 2])
--! union-tag: No such member
union_extract(union_value(a := c.tag), 'b')
--! enum-range: A cast to an enum by value
CAST(c.kind AS ENUM('盗窃', '诈骗', '抢劫', '伤害'))
--! error: Raised outright
CASE WHEN c.station LIKE 'SECRET%' THEN error('seen') ELSE c.tag END
--! error-coalesce: In coalesce
coalesce(TRY_CAST(c.tag AS INT), error(c.tag))
--! error-value: Raised with the value
CASE WHEN c.tag LIKE '20%' THEN 1 ELSE error(c.tag)::INT END
--! error-or: After OR, which may go first
c.area = '150103' OR CAST(c.tag AS INT) > 0
--! error-and: After AND, which may go first
c.area LIKE '1507%' AND CAST(c.tag AS INT) > 0
--! error-between: Within BETWEEN
CAST(c.tag AS INT) BETWEEN 1 AND 9999
--! error-in: Within IN
CAST(c.tag AS INT) IN (2001, 2002)
--! error-nested-case: CASE within CASE
CASE WHEN c.area LIKE '1507%' THEN CASE WHEN CAST(c.tag AS INT) > 0 THEN 1 END ELSE 0 END
--! try: TRY makes an error NULL; what errors then shows
TRY(CAST(c.tag AS INT))
--! try-cast: TRY_CAST never raises
TRY_CAST(c.tag AS INT)
--! lambda: A lambda meets hidden rows behind the guard (DuckDB 1.5.6)
list_transform([1], x -> CAST(c.tag AS INT))
--! comprehension: A list comprehension is one
[CAST(c.tag AS INT) + x FOR x IN [1]]
--! getvariable: A hidden variable's name
getvariable(c.tag)
--! current-setting: A hidden setting's name
current_setting(c.tag)
--! nextval: A hidden sequence's name
nextval(c.tag)
--! nested-subquery: A subquery that must give one row
(SELECT v.plate FROM vehicles v WHERE v.brand = CASE WHEN c.area LIKE '1507%' THEN '大众' ELSE 'none' END)
--! nested-error: A subquery whose cast meets hidden rows
(SELECT sum(CAST(d.tag AS INT)) FROM crimes d WHERE d.kind = c.kind)
--! collation: A hidden collation
c.tag COLLATE NOCASE = 'x'
--! stats: Statistics of the stored column (measured)
stats(c.station)
--! rowid: A position
c.rowid
--! withheld: A withheld column
c.informant
--! withheld-length: Its length
length(c.informant)
--! withheld-null: Whether it has a value
c.risk IS NULL
--! masked-cast: A masked number as a number
CAST(c.reporter_id AS BIGINT)
--! masked-date: A year as a date
CAST(c.born AS DATE)
--! masked-redact: A redacted number as a number
CAST(c.weight AS DOUBLE)
--! masked-paid: The front of an amount as a number
CAST(c.paid AS DOUBLE)
--! masked-note: A note that is gone
length(c.note)
--! filter-column-cast: The policy's own column, whose other values are hidden
CAST(c.area AS BIGINT)
--! filter-column-pattern: As a pattern
regexp_replace('150103', c.area, 'x')
--! filter-column-length: As a length
left('abcdefgh', CAST(c.area AS BIGINT))
--! filter-column-like: With an escape
'150103' LIKE c.area ESCAPE '%'
--! dictionary-pattern: A function that the engine runs over a file's whole dictionary
regexp_full_match('2001', c.tag)
--! dictionary-nested: Behind another function
length(regexp_replace('2001', upper(c.tag), 'x'))
--! dictionary-case: Behind CASE
regexp_replace('2001', CASE WHEN c.tag IS NULL THEN 'x' ELSE c.tag END, 'x')
--! dictionary-coalesce: Behind coalesce
regexp_replace('2001', coalesce(c.tag, 'x'), 'x')
--! dictionary-concat: Behind a concatenation with a constant
regexp_replace('2001', c.tag || 'x', 'x')
--! dictionary-length: A length from a column
left('abcdefgh', c.divisor)
--! dictionary-offset: An offset from a column
substring('abcdefgh', c.divisor, 2)
--! dictionary-format: A format from a column
strftime(DATE '2026-01-01', c.tag)
--! dictionary-jaccard: A distance that wants some text
jaccard(c.tag, '2001')
--! dictionary-epoch: Moments out of range
epoch_ms(c.divisor)
--! dictionary-timestamp: Moments out of range
to_timestamp(c.score)
--! dictionary-decimal: A decimal's power
pow(c.amount, 3)::BIGINT
--! dictionary-date: A date's week
date_trunc('week', c.opened_on)
--! void-cast: A column that is empty wherever one may see
CAST(c.void AS INT)
--! void-left: Any value at all would raise
left(c.void, 99999999999999)
--! void-repeat: Any value at all would be long
length(repeat(c.void, 1000))
--! void-pattern: As a pattern
regexp_matches('a', '(' || c.void)
--! void-coalesce: Where there is a value
CASE WHEN c.void IS NOT NULL THEN CAST('x' AS INT) ELSE 1 END
--! void-date: As a date
strptime(c.void, '%Y')
--! void-split: As a list
string_split(c.void, '')[1]
--! void-chain: Through functions that cannot fail
length(upper(trim(c.void))) / 0
--! gap-division: A number that is missing wherever one may see
100 // c.gap
--! gap-overflow: Any number would overflow
c.gap + 9223372036854775807
--! gap-length: As a length
left('abc', c.gap)
--! gap-epoch: As a moment
epoch_ms(c.gap)
