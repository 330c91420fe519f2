--! like: Part of a text
SELECT case_no, address FROM crimes WHERE address LIKE '%中山西路%' ORDER BY case_no
--! ilike: Whatever the case
SELECT count(*) AS n FROM crimes WHERE address ILIKE '%HUIMIN%'
--! not-like: Without a part
SELECT count(*) AS n FROM crimes WHERE station NOT LIKE '%西路%'
--! like-escape: With an escape
SELECT count(*) AS n FROM crimes WHERE address LIKE '%!_%' ESCAPE '!'
--! regexp-matches: By a pattern
SELECT case_no, address FROM crimes WHERE regexp_matches(address, '[0-9]+号') ORDER BY case_no LIMIT 5
--! regexp-extract: A number out of an address
SELECT case_no, regexp_extract(address, '([0-9]+) ?号', 1) AS no FROM crimes ORDER BY case_no LIMIT 10
--! regexp-replace: Without spaces
SELECT DISTINCT regexp_replace(address, '\s+', '', 'g') AS a FROM crimes ORDER BY a
--! similar-to: By a pattern in standard words
SELECT count(*) AS n FROM crimes WHERE case_no SIMILAR TO 'A00[0-4][0-9]'
--! clean: Trimmed, narrowed, lower
SELECT DISTINCT lower(trim(replace(address, '　', ' '))) AS a FROM crimes WHERE address IS NOT NULL ORDER BY a
--! chinese-length: Characters, not bytes
SELECT station, length(station) AS chars, strlen(station) AS bytes FROM crimes GROUP BY station ORDER BY station
--! chinese-substring: Parts of a Chinese text
SELECT DISTINCT substring(address, 1, 3) AS district, right(station, 3) AS post FROM crimes ORDER BY 1, 2
--! chinese-position: Where a word stands
SELECT DISTINCT address, position('区' IN address) AS p, strpos(address, '路') AS s, instr(address, '街') AS i FROM crimes ORDER BY 1
--! chinese-replace: Words replaced
SELECT DISTINCT replace(station, '派出所', '') AS s FROM crimes ORDER BY s
--! split-part: Parts by a separator
SELECT DISTINCT split_part(station, ' ', 1) AS s FROM crimes ORDER BY s
--! string-split: Words of an address
SELECT DISTINCT string_split(trim(address), ' ') AS w FROM crimes WHERE address IS NOT NULL ORDER BY 1
--! concat: Put together
SELECT case_no || '（' || coalesce(kind, '未知') || '）' AS label FROM crimes ORDER BY case_no LIMIT 5
--! concat-function: NULLs left out
SELECT concat(case_no, '/', kind) AS a, concat_ws('-', case_no, kind, left(area, 6)) AS b FROM crimes ORDER BY case_no LIMIT 8
--! pad: Filled up
SELECT lpad(victims::TEXT, 3, '0') AS v, rpad(case_no, 8, '.') AS c FROM crimes ORDER BY case_no LIMIT 5
--! upper-lower: Cases of letters
SELECT DISTINCT upper(station) AS u, lower(station) AS l FROM crimes ORDER BY 1
--! starts-with: Beginnings and ends
SELECT count(*) FILTER (WHERE starts_with(area, '150103')) AS a, count(*) FILTER (WHERE ends_with(station, '派出所')) AS b, count(*) FILTER (WHERE contains(station, '路')) AS c FROM crimes
--! prefix-suffix: DuckDB's names
SELECT count(*) AS n FROM crimes WHERE prefix(case_no, 'A00') AND suffix(case_no, '7')
--! coalesce-nullif: Empty is none
SELECT coalesce(nullif(trim(kind), ''), '未分类') AS k, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1
--! safe-cast: Numbers if they are
SELECT try_cast(tag AS INTEGER) AS y, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1
--! cast-number: Numbers as texts and back
SELECT CAST(victims AS VARCHAR) AS t, CAST(amount AS DOUBLE) AS d, amount::DECIMAL(12, 1) AS e FROM crimes ORDER BY case_no LIMIT 5
--! case-simple: CASE by value
SELECT CASE kind WHEN '盗窃' THEN 1 WHEN '诈骗' THEN 2 ELSE 9 END AS k, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1
--! if-function: if()
SELECT if(victims > 2, '多人', '少人') AS k, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1
--! greatest-least: Bounds
SELECT case_no, greatest(victims, divisor) AS g, least(amount, 5000) AS l FROM crimes ORDER BY case_no LIMIT 10
--! similarity: Names that are alike
SELECT DISTINCT station, levenshtein(station, '中山东路派出所') AS d, round(jaro_winkler_similarity(station, '中山东路派出所'), 4) AS s FROM crimes ORDER BY 1
--! masked-suffix: By the last four of a masked number
SELECT case_no, reporter_id FROM crimes WHERE reporter_id LIKE '%0005' ORDER BY case_no
--! masked-group: By the first four of a telephone
SELECT phone, count(*) AS n FROM crimes GROUP BY phone ORDER BY phone
--! in-list: One of several
SELECT count(*) AS n FROM crimes WHERE kind IN ('盗窃', '抢劫') AND station NOT IN ('中山西路派出所')
--! is-distinct: NULL as a value
SELECT count(*) AS n FROM crimes WHERE kind IS DISTINCT FROM '盗窃' AND solved IS NOT TRUE
--! is-null: With and without
SELECT count(*) FILTER (WHERE kind IS NULL) AS none, count(*) FILTER (WHERE kind IS NOT NULL) AS some FROM crimes
--! boolean-column: A truth by itself
SELECT count(*) AS n FROM crimes WHERE solved AND NOT (victims = 0)
--! arithmetic: Sums in a row
SELECT case_no, victims * 2 + 1 AS a, victims % 2 AS b, divisor // 2 AS c, round(score * 100, 1) AS d, abs(victims - 3) AS e, power(divisor, 2) AS f, sqrt(divisor) AS g FROM crimes ORDER BY case_no LIMIT 10
--! rounding: Rounded ways
SELECT ceil(score) AS a, floor(amount) AS b, round(amount, -2) AS c, trunc(score * 10) AS d, sign(victims - 2) AS e, ln(divisor) AS f, log10(divisor) AS g, exp(0) AS h FROM crimes ORDER BY case_no LIMIT 10
--! string-agg-simple: Kinds in one text
SELECT string_agg(DISTINCT kind, ',' ORDER BY kind) AS kinds FROM crimes
--! list-functions: Lists of stations
SELECT len(list(DISTINCT station)) AS n, list_contains(list(station), '中山西路派出所') AS has FROM crimes
--! array-to-string: A list as text
SELECT array_to_string(list_sort(list(DISTINCT kind)), '|') AS kinds FROM crimes WHERE kind IS NOT NULL
--! list-index: The first of a list
SELECT string_split(station, ' ')[1] AS first_word FROM crimes GROUP BY 1 ORDER BY 1
--! slice: A slice of a text
SELECT DISTINCT area[1:4] AS city FROM crimes ORDER BY 1
--! translate: Characters replaced
SELECT DISTINCT translate(address, '0123456789', '〇一二三四五六七八九') AS a FROM crimes ORDER BY a
--! reverse: Turned round
SELECT reverse(case_no) AS r FROM crimes ORDER BY case_no LIMIT 3
--! md5-key: A key of several columns
SELECT count(DISTINCT md5(concat_ws('|', station, kind, opened_on::TEXT))) AS n FROM crimes
--! order-collate-nulls: Orders with NULLs
SELECT case_no, kind FROM crimes ORDER BY kind DESC NULLS LAST, case_no LIMIT 20
--! distinct-values: What there is
SELECT DISTINCT kind, station FROM crimes ORDER BY 1 NULLS FIRST, 2
--! chinese-names: Outputs with Chinese names
SELECT station AS 派出所, count(*) AS 案件数, sum(amount) AS "损失合计（元）" FROM crimes GROUP BY station ORDER BY 案件数 DESC, 派出所
--! quoted-names: Names in quotes
SELECT "case_no" AS "编号" FROM "crimes" AS "c" WHERE "c"."victims" = 4 ORDER BY "编号"
--! upper-case-sql: In capitals
SELECT KIND, COUNT(*) AS N FROM CRIMES GROUP BY KIND ORDER BY KIND
--! comments: With comments
SELECT case_no /* 编号 */, kind -- 类别
FROM crimes /* 案件 */ WHERE victims > 3 -- 多人
ORDER BY case_no
--! trailing-semicolon: With a semicolon
SELECT count(*) AS n FROM crimes;
