--! union-hidden: A union with the hidden half asked for outright
SELECT case_no FROM crimes UNION SELECT case_no FROM crimes WHERE area = '150702' ORDER BY 1
--! union-all-withheld: The second arm's withheld column under the first arm's name
SELECT case_no FROM crimes UNION ALL SELECT informant FROM crimes
--! union-by-name-withheld: UNION BY NAME adds the other arm's columns
SELECT case_no FROM crimes UNION BY NAME SELECT informant FROM crimes
--! union-masked-under-plain-name: A masked value moves under an unmasked column's name, still masked
SELECT case_no AS x FROM crimes UNION ALL SELECT reporter_id FROM crimes ORDER BY 1
--! union-type-coercion: The union's common type must not unmask
SELECT born FROM crimes UNION ALL SELECT victims FROM crimes ORDER BY 1
--! intersect-guess: INTERSECT with guesses of withheld values
SELECT informant FROM crimes INTERSECT SELECT 'SECRET-999'
--! intersect-masked-guess: INTERSECT with guesses of masked values
SELECT reporter_id FROM crimes INTERSECT SELECT '159999194001080001'
--! except-hidden: EXCEPT tells which rows one side has
SELECT case_no FROM vehicles_missing EXCEPT SELECT case_no FROM crimes
--! except-all: EXCEPT ALL counts duplicates, hidden ones too
SELECT case_no FROM crimes EXCEPT ALL SELECT DISTINCT case_no FROM crimes ORDER BY 1
--! set-operation-of-hashes: A hash of one dataset met with another's
SELECT suspect_id FROM crimes INTERSECT SELECT owner_id FROM vehicles ORDER BY 1
--! scalar-subquery-hidden: A scalar subquery in SELECT over hidden rows
SELECT (SELECT max(case_no) FROM crimes WHERE area = '150702') AS m
--! scalar-subquery-withheld: A withheld column in a scalar subquery
SELECT a.code, (SELECT max(informant) FROM crimes c WHERE c.area = a.code) AS m FROM areas a
--! scalar-subquery-many-rows: More rows than one raises; whether it does must not depend on hidden rows
SELECT (SELECT case_no FROM crimes WHERE case_no = 'A0001') AS x
--! scalar-subquery-many-hidden: Only hidden rows double this key
SELECT a.code, (SELECT plate FROM vehicles WHERE plate = '蒙A00002') AS p FROM areas a ORDER BY 1
--! subquery-in-order-by: Sorting by a hidden count
SELECT code FROM areas a ORDER BY (SELECT count(*) FROM crimes c WHERE c.area = a.code) DESC, code
--! subquery-in-limit: A limit from a hidden count
SELECT case_no FROM crimes ORDER BY 1 LIMIT (SELECT count(*) FROM crimes WHERE area = '150702')
--! subquery-in-limit-withheld: A limit from a withheld column
SELECT case_no FROM crimes ORDER BY 1 LIMIT (SELECT min(risk) FROM crimes)
--! subquery-in-offset: An offset from a hidden count
SELECT case_no FROM crimes ORDER BY 1 OFFSET (SELECT count(*) FROM crimes WHERE area = '150702')
--! limit-percent: A percentage of rows, hidden ones too
SELECT case_no FROM crimes ORDER BY 1 LIMIT 10%
--! subquery-in-values: A subquery within VALUES
SELECT * FROM (VALUES ((SELECT max(station) FROM crimes))) AS v(x)
--! subquery-in-case: Evaluated although its branch is not taken
SELECT CASE WHEN false THEN (SELECT max(informant) FROM crimes) ELSE 'x' END AS x
--! subquery-in-function: A subquery as an argument
SELECT coalesce((SELECT informant FROM crimes LIMIT 1), 'x') AS x
--! subquery-in-in: IN with withheld values
SELECT 'SECRET-999' IN (SELECT informant FROM crimes) AS x
--! subquery-any: = ANY with hidden rows
SELECT 'SECRET-999' = ANY (SELECT station FROM crimes) AS x
--! subquery-all: <> ALL with hidden rows; NULLs among them change the answer
SELECT 'q' <> ALL (SELECT kind FROM crimes WHERE kind IS NOT NULL) AS x
--! exists-hidden: EXISTS over hidden rows alone
SELECT EXISTS (SELECT 1 FROM crimes WHERE area = '150702') AS x
--! exists-correlated: EXISTS for a value of each area
SELECT a.name, EXISTS (SELECT 1 FROM crimes c WHERE c.area = a.code) AS x FROM areas a ORDER BY 1
--! not-exists: NOT EXISTS for a hidden partner
SELECT v.plate FROM vehicles v WHERE NOT EXISTS (SELECT 1 FROM crimes c WHERE c.suspect_id = v.owner_id) ORDER BY 1
--! not-in-null-trap: NOT IN meets a NULL that only hidden rows have
SELECT a.code FROM areas a WHERE a.code NOT IN (SELECT area FROM crimes) ORDER BY 1
--! window-partition: A window counts its whole partition
SELECT case_no, count(*) OVER (PARTITION BY kind) AS n FROM crimes ORDER BY 1
--! window-rank: Ranks among hidden rows
SELECT case_no, rank() OVER (ORDER BY amount DESC) AS r FROM crimes ORDER BY 1
--! window-lag-hidden: LAG shows the row before, hidden or not
SELECT case_no, lag(case_no) OVER (ORDER BY case_no) AS b FROM crimes ORDER BY 1
--! window-first-last: First and last of all
SELECT case_no, first_value(station) OVER (ORDER BY opened_on) AS f, last_value(station) OVER (ORDER BY opened_on ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS l FROM crimes ORDER BY 1
--! window-masked-order: Window ordered by a masked column must see the mask
SELECT case_no, row_number() OVER (ORDER BY reporter_id, case_no) AS r FROM crimes ORDER BY 1
--! window-redacted-order: Ordered by a redacted column: all are equal
SELECT case_no, dense_rank() OVER (ORDER BY reporter_name) AS r FROM crimes ORDER BY 1
--! window-year-order: Ordered by a year only: ties within the year
SELECT case_no, rank() OVER (ORDER BY born) AS r FROM crimes ORDER BY 1
--! window-withheld-order: Ordered by a withheld column
SELECT case_no, row_number() OVER (ORDER BY risk) AS r FROM crimes ORDER BY 1
--! window-withheld-partition: Partitioned by a withheld column
SELECT case_no, count(*) OVER (PARTITION BY informant) AS n FROM crimes ORDER BY 1
--! window-named-withheld: In a named window
SELECT case_no, count(*) OVER w AS n FROM crimes WINDOW w AS (PARTITION BY handler) ORDER BY 1
--! window-in-order-by: A window in ORDER BY
SELECT case_no FROM crimes ORDER BY row_number() OVER (ORDER BY note, case_no)
--! window-ignore-nulls: IGNORE NULLS on a masked column
SELECT case_no, lag(note IGNORE NULLS) OVER (ORDER BY case_no) AS b FROM crimes ORDER BY 1
--! window-range-frame: A RANGE frame over dates of hidden rows
SELECT case_no, count(*) OVER (ORDER BY opened_on RANGE BETWEEN INTERVAL 30 DAY PRECEDING AND CURRENT ROW) AS n FROM crimes ORDER BY 1
--! window-exclude: A frame with EXCLUDE
SELECT case_no, sum(victims) OVER (ORDER BY case_no ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING EXCLUDE CURRENT ROW) AS n FROM crimes ORDER BY 1
--! window-filter: FILTER within a window
SELECT case_no, count(*) FILTER (WHERE area LIKE '1507%') OVER () AS n FROM crimes ORDER BY 1
--! qualify-hidden: QUALIFY on a count over hidden rows
SELECT case_no FROM crimes QUALIFY count(*) OVER (PARTITION BY case_no) > 1 ORDER BY 1
--! qualify-withheld: QUALIFY by a withheld column
SELECT case_no FROM crimes QUALIFY row_number() OVER (PARTITION BY kind ORDER BY risk) = 1 ORDER BY 1
--! recursive-walk: A recursive CTE walks from visible to hidden rows
WITH RECURSIVE w AS (SELECT case_no, suspect_id, 1 AS d FROM crimes WHERE case_no = 'A0001' UNION SELECT c.case_no, c.suspect_id, w.d + 1 FROM crimes c JOIN w ON c.suspect_id = w.suspect_id WHERE w.d < 3) SELECT DISTINCT case_no FROM w ORDER BY 1
--! recursive-using-key!: DuckDB's USING KEY
WITH RECURSIVE w(a, b) USING KEY (a) AS (SELECT 1, 1 UNION SELECT a, b + 1 FROM w WHERE b < 3) SELECT * FROM w
--! pivot-visible: A pivot's columns come from values: hidden rows must add none
PIVOT (SELECT kind, solved, victims FROM crimes WHERE kind IS NOT NULL) ON kind USING sum(victims) GROUP BY solved
--! pivot-withheld: A pivot on a withheld column shows its values as column names
PIVOT crimes ON handler USING count(*)
--! pivot-masked: A pivot on a masked column must show masked names only
PIVOT (SELECT phone, kind FROM crimes) ON phone USING count(*) GROUP BY kind
--! pivot-table-directly: A pivot of the bare table
PIVOT crimes ON area USING count(*)
--! pivot-sql-standard: The standard's spelling in FROM
SELECT * FROM crimes PIVOT (count(case_no) FOR area IN ('150702', '150103')) AS p
--! pivot-in-list-withheld: PIVOT … IN on a withheld column
SELECT * FROM (SELECT kind, handler FROM crimes) PIVOT (count(*) FOR handler IN ('SECRET-999')) AS p
--! pivot-in-any!: PIVOT … IN ANY reads the values of its own accord
SELECT * FROM crimes PIVOT (count(*) FOR handler IN (ANY)) AS p
--! pivot-enum: PIVOT … ON with an enum
PIVOT crimes ON kind IN (SELECT informant FROM crimes) USING count(*)
--! pivot-wider: A synonym
PIVOT_WIDER crimes ON handler USING count(*)
--! unpivot-star: Unpivoting all columns shows withheld names and values
UNPIVOT crimes ON COLUMNS(*) INTO NAME n VALUE v
--! unpivot-withheld: Unpivoting withheld columns
SELECT * FROM crimes UNPIVOT (v FOR n IN (informant, handler)) AS u
--! unpivot-exclude: Unpivoting all but some
UNPIVOT crimes ON COLUMNS(* EXCLUDE (case_no)) INTO NAME n VALUE v
--! unpivot-masked: Unpivoting masked columns gives masked values
SELECT case_no, n, v FROM (SELECT case_no, reporter_id, phone FROM crimes) UNPIVOT (v FOR n IN (reporter_id, phone)) AS u ORDER BY 1, 2
--! unpivot-include-nulls: INCLUDE NULLS tells where nothing stands
SELECT n, count(*) AS c FROM (SELECT note, reporter_name FROM crimes) UNPIVOT INCLUDE NULLS (v FOR n IN (note, reporter_name)) AS u GROUP BY n ORDER BY 1
--! lateral-hidden: LATERAL over hidden rows
SELECT a.name, l.n FROM areas a, LATERAL (SELECT count(*) AS n FROM crimes c WHERE c.area = a.code) AS l ORDER BY 1
--! lateral-withheld: LATERAL with a withheld column
SELECT a.name, l.x FROM areas a CROSS JOIN LATERAL (SELECT c.informant AS x FROM crimes c LIMIT 1) AS l
--! lateral-left: LEFT JOIN LATERAL shows whom there is no partner for
SELECT a.code, l.case_no FROM areas a LEFT JOIN LATERAL (SELECT c.case_no FROM crimes c WHERE c.area = a.code ORDER BY 1 LIMIT 1) l ON true ORDER BY 1
--! implicit-lateral: A subquery that sees its neighbour without the word
SELECT a.code, l.n FROM areas a, (SELECT count(*) AS n FROM crimes c WHERE c.area = a.code) l ORDER BY 1
--! sample-clause!: USING SAMPLE draws among all rows, hidden ones too
SELECT case_no FROM crimes USING SAMPLE 10
--! sample-percent!: A percentage of rows
SELECT count(*) FROM crimes USING SAMPLE 50 PERCENT (bernoulli, 42)
--! tablesample!: TABLESAMPLE on the table
SELECT * FROM crimes TABLESAMPLE reservoir(5)
--! tablesample-repeatable!: Repeatable sampling tells positions
SELECT case_no FROM crimes TABLESAMPLE system(10%) REPEATABLE (7)
--! time-travel-version!: An older snapshot
SELECT * FROM crimes AT (VERSION => 1)
--! time-travel-timestamp!: A state of another time
SELECT * FROM crimes AT (TIMESTAMP => TIMESTAMP '2020-01-01')
--! time-travel-for!: The standard's spelling
SELECT * FROM crimes FOR SYSTEM_TIME AS OF '2020-01-01'
--! time-travel-snapshot!: Another spelling
SELECT * FROM crimes VERSION AS OF 1
--! alias-column-list: A table alias with a column list renames by position, withheld columns counted or not
SELECT x FROM crimes AS t(x)
--! alias-column-list-long: A list longer than what may be seen
SELECT c25 FROM crimes AS t(c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23, c24, c25)
--! from-first: FROM before SELECT
FROM crimes SELECT case_no, area ORDER BY 1
--! from-only: FROM alone means every column
FROM crimes
--! from-first-withheld: A withheld column in FROM-first form
FROM crimes SELECT informant
--! from-first-where: FROM-first with a condition on a withheld column
FROM crimes WHERE informant = 'SECRET-999'
--! from-select-nothing: FROM-first in a subquery
SELECT count(*) AS n FROM (FROM crimes)
--! table-statement: TABLE t
TABLE crimes
--! table-in-subquery: TABLE t in a subquery
SELECT * FROM (TABLE crimes)
--! whole-row: The whole row as one value
SELECT crimes FROM crimes
--! whole-row-alias: By its alias
SELECT c FROM crimes c
--! whole-row-text: Cast to text
SELECT c::TEXT AS t FROM crimes c
--! whole-row-unpack: The row's fields by struct access
SELECT (c).informant FROM crimes c
--! whole-row-subscript: The row's fields by subscript
SELECT c['informant'] FROM crimes c
--! whole-row-function: The row as an argument
SELECT struct_extract(c, 'informant') FROM crimes c
--! whole-row-json: The row as JSON
SELECT to_json(c) AS j FROM crimes c
--! whole-row-row-to-json: PostgreSQL's spelling
SELECT row_to_json(c) AS j FROM crimes c
--! whole-row-compare: Rows compared as wholes
SELECT count(*) AS n FROM crimes a, crimes b WHERE a = b
--! whole-row-group: Grouped by the row
SELECT count(*) AS n FROM crimes c GROUP BY c
--! whole-row-count-distinct: Counting distinct whole rows, masked parts among them
SELECT count(DISTINCT c) AS n FROM crimes c
--! whole-row-hash: A hash of the whole row
SELECT hash(c) AS h FROM crimes c
--! whole-row-in-list: A list of rows
SELECT list(c) AS l FROM crimes c
--! whole-row-arg-max: arg_max gives a whole row
SELECT arg_max(c, amount) AS r FROM crimes c
--! star: Every column one may see, and no other
SELECT * FROM crimes ORDER BY case_no
--! star-qualified: t.*
SELECT c.* FROM crimes c ORDER BY c.case_no
--! star-of-both: Both sides' stars
SELECT c.*, a.* FROM crimes c JOIN areas a ON c.area = a.code ORDER BY c.case_no
--! star-exclude: * EXCLUDE must not mean the stored columns
SELECT * EXCLUDE (case_no) FROM crimes
--! star-exclude-withheld: Excluding a withheld column tells that it exists
SELECT * EXCLUDE (informant) FROM crimes
--! star-exclude-nowhere: Excluding one that does not exist is told alike
SELECT * EXCLUDE (nowhere) FROM crimes
--! star-replace: * REPLACE puts an expression over raw values
SELECT * REPLACE (informant AS case_no) FROM crimes
--! star-replace-masked: Replacing by the masked column itself
SELECT * REPLACE (upper(reporter_id) AS reporter_id) FROM crimes ORDER BY case_no
--! star-rename: * RENAME of a withheld column
SELECT * RENAME (informant AS case_no2) FROM crimes
--! star-like: * LIKE picks by name
SELECT * LIKE 'in%' FROM crimes
--! star-similar: * SIMILAR TO
SELECT * SIMILAR TO '.*' FROM crimes
--! columns-regex: COLUMNS picks by a regular expression
SELECT COLUMNS('informant|handler|risk') FROM crimes
--! columns-all: COLUMNS(*)
SELECT COLUMNS(*) FROM crimes
--! columns-lambda!: COLUMNS by a lambda
SELECT COLUMNS(c -> c LIKE 'inf%') FROM crimes
--! columns-where: COLUMNS in a condition
SELECT count(*) AS n FROM crimes WHERE COLUMNS(*)::TEXT LIKE '%SECRET%'
--! columns-aggregate: Aggregates over all columns
SELECT max(COLUMNS(*)) FROM crimes
--! columns-unpack: *COLUMNS unpacks into a function
SELECT coalesce(*COLUMNS('.*')) FROM crimes
--! columns-list-exclude: COLUMNS with EXCLUDE
SELECT COLUMNS(* EXCLUDE case_no) FROM crimes
--! struct-star: Unpacking a struct of withheld columns
SELECT s.* FROM (SELECT {'a': informant} AS s FROM crimes)
--! struct-pack-row: Struct of the row's masked columns
SELECT {'a': reporter_id, 'b': phone} AS s FROM crimes ORDER BY case_no LIMIT 3
--! unnest-struct: unnest of a struct
SELECT unnest({'a': case_no, 'b': tag}) FROM crimes
--! unnest-list: unnest of a list that a value makes long
SELECT case_no, unnest([tag, kind]) AS u FROM crimes ORDER BY 1, 2 LIMIT 4
--! unnest-recursive: Recursive unnest
SELECT unnest([[1, 2], [3]], recursive := true) AS u
--! unnest-from-column: unnest in FROM beside a table
SELECT c.case_no, u.x FROM crimes c, unnest([c.tag, c.kind]) AS u(x) ORDER BY 1, 2 LIMIT 4
--! positional-reference: #n counts the inner columns
SELECT #1, #25 FROM crimes
--! positional-order: ORDER BY a position beyond what is selected
SELECT case_no FROM crimes ORDER BY 25
--! positional-order-negative: A negative position
SELECT case_no FROM crimes ORDER BY -1 LIMIT 3
--! positional-group: GROUP BY a position
SELECT kind, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1
--! order-by-all: ORDER BY ALL
SELECT case_no, area FROM crimes ORDER BY ALL
--! group-by-all: GROUP BY ALL
SELECT kind, count(*) AS n FROM crimes GROUP BY ALL ORDER BY 1
--! positional-join!: POSITIONAL JOIN pairs rows by their place: hidden rows shift it
SELECT c.case_no, a.code FROM crimes c POSITIONAL JOIN areas a
--! asof-join: ASOF JOIN finds the nearest row, hidden or not
SELECT c.case_no, v.plate FROM crimes c ASOF JOIN vehicles v ON c.opened_on >= v.registered_on ORDER BY 1
--! natural-join: NATURAL JOIN joins on all common columns, withheld ones too (risk)
SELECT count(*) AS n FROM crimes NATURAL JOIN vehicles
--! natural-left-join: The outer form
SELECT count(*) AS n FROM crimes NATURAL LEFT JOIN vehicles
--! using-withheld: USING a withheld column
SELECT count(*) AS n FROM crimes JOIN vehicles USING (risk)
--! using-visible: USING a column of both
SELECT area, count(*) AS n FROM crimes JOIN vehicles USING (area) GROUP BY area ORDER BY 1
--! using-coalesce: FULL JOIN USING shows either side's key
SELECT area FROM crimes FULL JOIN vehicles USING (area) GROUP BY area ORDER BY 1
--! outer-join-filter-position: A filter beside an outer join must not turn into an inner one, nor vanish (nao 1673)
SELECT a.code, c.case_no FROM areas a LEFT JOIN crimes c ON c.area = a.code ORDER BY 1, 2
--! right-join: From the other side
SELECT c.case_no, a.code FROM crimes c RIGHT JOIN areas a ON c.area = a.code ORDER BY 2, 1
--! full-join: Both sides
SELECT c.case_no, v.plate FROM crimes c FULL JOIN vehicles v ON c.suspect_id = v.owner_id ORDER BY 1, 2
--! semi-join: SEMI JOIN against hidden partners
SELECT v.plate FROM vehicles v SEMI JOIN crimes c ON c.suspect_id = v.owner_id ORDER BY 1
--! anti-join: ANTI JOIN against hidden partners
SELECT v.plate FROM vehicles v ANTI JOIN crimes c ON c.suspect_id = v.owner_id ORDER BY 1
--! join-on-true: A product's size tells the number of rows
SELECT count(*) AS n FROM crimes a, crimes b
--! join-on-masked-last4: Joining on masked values joins the masks, not the persons
SELECT count(*) AS n FROM crimes a JOIN crimes b ON a.reporter_id = b.reporter_id
--! join-on-redacted: All are equal
SELECT count(*) AS n FROM crimes a JOIN crimes b ON a.reporter_name = b.reporter_name
--! join-on-null-mask: None is equal
SELECT count(*) AS n FROM crimes a JOIN crimes b ON a.note = b.note
--! join-on-hash-across: Hashes of one question meet across datasets
SELECT c.case_no, v.plate FROM crimes c JOIN vehicles v ON c.suspect_id = v.owner_id ORDER BY 1, 2
--! join-on-hash-three: Three datasets over one person
SELECT c.case_no, v.plate, s.hotel FROM crimes c JOIN vehicles v ON c.suspect_id = v.owner_id JOIN stays s ON s.guest_id = c.suspect_id ORDER BY 1, 2, 3
--! join-hash-with-plain: A hash never equals a plain number
SELECT count(*) AS n FROM crimes c JOIN vehicles v ON c.suspect_id = v.vin OR c.reporter_id = v.owner_id
--! join-on-withheld: Join condition on a withheld column
SELECT count(*) AS n FROM crimes c JOIN vehicles v ON c.risk = v.risk
--! join-chain-nested: Joins in parentheses
SELECT count(*) AS n FROM (crimes c JOIN areas a ON c.area = a.code) JOIN vehicles v ON v.area = a.code
--! join-to-subquery-withheld: The withheld column in the joined subquery
SELECT count(*) AS n FROM vehicles v JOIN (SELECT suspect_id, informant FROM crimes) c ON v.owner_id = c.suspect_id
--! grouping-sets: Totals of grouping sets
SELECT area, kind, count(*) AS n FROM crimes GROUP BY GROUPING SETS ((area), (kind), ()) ORDER BY 1, 2
--! cube-withheld: CUBE with a withheld column
SELECT handler, count(*) AS n FROM crimes GROUP BY CUBE (handler, kind)
--! rollup: ROLLUP
SELECT area, kind, count(*) AS n FROM crimes GROUP BY ROLLUP (area, kind) ORDER BY 1, 2, 3
--! grouping-function: grouping() of a withheld column
SELECT grouping(handler) AS g FROM crimes GROUP BY ROLLUP (handler)
--! having-withheld: HAVING on a withheld column
SELECT kind FROM crimes GROUP BY kind HAVING max(risk) > 0
--! having-without-group: HAVING alone
SELECT count(*) AS n FROM crimes HAVING count(*) > 100
--! distinct-on-withheld: DISTINCT ON a withheld column
SELECT DISTINCT ON (informant) case_no FROM crimes ORDER BY informant
--! distinct-on-hidden-order: DISTINCT ON, first by a masked order
SELECT DISTINCT ON (kind) kind, case_no FROM crimes ORDER BY kind, reporter_id, case_no
--! order-by-withheld: ORDER BY a withheld column
SELECT case_no FROM crimes ORDER BY risk
--! order-by-masked: ORDER BY a masked column sorts masks
SELECT case_no FROM crimes ORDER BY reporter_id, case_no
--! order-by-redacted: ORDER BY a redacted column sorts nothing
SELECT case_no FROM crimes ORDER BY reporter_name, case_no
--! order-by-year: ORDER BY a year only
SELECT case_no FROM crimes ORDER BY born, case_no
--! order-by-first4: ORDER BY the first four
SELECT case_no FROM crimes ORDER BY phone, case_no
--! order-by-expression-withheld: An expression of a withheld column
SELECT case_no FROM crimes ORDER BY length(informant)
--! group-by-masked: GROUP BY a masked column
SELECT reporter_id, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1
--! group-by-redacted: GROUP BY a redacted column
SELECT reporter_name, count(*) AS n FROM crimes GROUP BY 1
--! group-by-withheld: GROUP BY a withheld column
SELECT count(*) AS n FROM crimes GROUP BY informant ORDER BY 1
--! group-by-expression: GROUP BY an expression of a withheld column
SELECT count(*) AS n FROM crimes GROUP BY left(handler, 3)
--! nested-deep: Five levels down
SELECT * FROM (SELECT * FROM (SELECT * FROM (SELECT * FROM (SELECT informant FROM crimes) a) b) c) d
--! nested-star-deep: Stars five levels down
SELECT * FROM (SELECT * FROM (SELECT * FROM (SELECT * FROM (SELECT * FROM crimes) a) b) c) d ORDER BY 1
--! row-constructor-compare: Rows compared with rows
SELECT count(*) AS n FROM crimes WHERE (area, kind) = ('150702', '盗窃')
--! row-in-subquery: Row IN subquery with a withheld column
SELECT count(*) AS n FROM crimes WHERE (case_no, 'SECRET-999') IN (SELECT case_no, informant FROM crimes)
--! between-subquery: BETWEEN with hidden extremes
SELECT count(*) AS n FROM areas WHERE population BETWEEN (SELECT min(victims) FROM crimes) AND (SELECT max(victims) FROM crimes)
--! values-cross-join: VALUES joined with the table
SELECT v.x, count(c.case_no) AS n FROM (VALUES ('150103'), ('150702')) AS v(x) LEFT JOIN crimes c ON c.area = v.x GROUP BY 1 ORDER BY 1
--! generate-series-probe: A series probes hidden dates
SELECT g.d, count(c.case_no) AS n FROM generate_series(DATE '2025-06-01', DATE '2025-06-03', INTERVAL 1 DAY) AS g(d) LEFT JOIN crimes c ON c.opened_on = g.d GROUP BY 1 ORDER BY 1
--! list-comprehension!: A list comprehension is a lambda
SELECT [x::INT FOR x IN [tag]] AS l FROM crimes
--! list-comprehension-if!: With a condition
SELECT [x FOR x IN [tag] IF x::INT > 0] AS l FROM crimes
--! lambda-arrow!: A lambda meets hidden rows behind the guard (DuckDB 1.5.6)
SELECT case_no FROM crimes WHERE list_transform([1], x -> tag::INT)[1] > 0
--! lambda-python!: The new spelling
SELECT case_no FROM crimes WHERE list_transform([1], lambda x: tag::INT)[1] > 0
--! lambda-filter!: list_filter
SELECT case_no FROM crimes WHERE len(list_filter([1], lambda x: tag::INT > 0)) > 0
--! lambda-reduce!: list_reduce
SELECT list_reduce([1, 2], lambda a, b: a + tag::INT) AS x FROM crimes
--! lambda-apply!: A synonym
SELECT apply([1], lambda x: tag::INT) AS x FROM crimes
--! lambda-nested!: Within another lambda
SELECT list_transform([1], lambda x: list_transform([x], lambda y: y / tag::INT)) AS x FROM crimes
--! macro-inline!: CREATE MACRO would be another way to a function
CREATE MACRO f(x) AS x::INT; SELECT f(tag) FROM crimes
--! qualified-function!: A function by its schema
SELECT main.upper(tag) FROM crimes
--! method-chain: Dot-chained functions
SELECT tag.upper().length() AS l FROM crimes ORDER BY 1 LIMIT 1
--! method-chain-forbidden!: A forbidden function by the dot
SELECT tag.error() FROM crimes
--! operator-function!: An operator called by name
SELECT "+"(victims, 1) AS x FROM crimes
--! operator-schema!: OPERATOR(schema.op)
SELECT victims OPERATOR(pg_catalog.+) 1 FROM crimes
--! collate: A collation
SELECT case_no FROM crimes ORDER BY kind COLLATE NOCASE, case_no
--! at-time-zone-column: A zone from a column
SELECT opened_at AT TIME ZONE tag FROM crimes
--! interval-from-column: An interval built from a column
SELECT opened_on + to_days(victims::INT) AS d FROM crimes ORDER BY case_no LIMIT 2
--! typed-struct-cast!: A cast to a nested type
SELECT CAST(tag AS STRUCT(a INT)) FROM crimes
--! enum-cast!: A cast to an enum of one's own
SELECT CAST(tag AS ENUM('a')) FROM crimes
--! windowed-subquery-in-qualify: A subquery within QUALIFY
SELECT case_no FROM crimes QUALIFY row_number() OVER (ORDER BY case_no) <= (SELECT count(*) FROM crimes WHERE area = '150702')
--! for-update!: FOR UPDATE
SELECT * FROM crimes FOR UPDATE
--! into!: SELECT INTO
SELECT case_no INTO x FROM crimes
--! distribute!: Another dialect's clause
SELECT case_no FROM crimes CLUSTER BY case_no
--! connect-by!: Another dialect's walk
SELECT case_no FROM crimes START WITH case_no = 'A0001' CONNECT BY PRIOR case_no = tag
--! match-recognize!: Row patterns
SELECT * FROM crimes MATCH_RECOGNIZE (ORDER BY case_no PATTERN (a) DEFINE a AS true)
--! hints: A hint in a comment
SELECT /*+ BROADCAST(x) */ case_no FROM crimes ORDER BY 1 LIMIT 1
--! pivot-in-expression: An expression in PIVOT … IN
SELECT * FROM (SELECT kind, area, victims FROM crimes) PIVOT (sum(victims) FOR area IN ('150702' || '', '150103')) AS p
--! pivot-two-columns: Two columns at once, one withheld
PIVOT crimes ON kind IN ('盗窃'), handler IN ('SECRET-999') USING count(*)
--! pivot-using-withheld: An aggregate of a withheld column
PIVOT (FROM crimes) ON kind IN ('盗窃') USING max(informant) GROUP BY area
--! pivot-using-person: An aggregate that hands over persons
PIVOT crimes ON kind IN ('盗窃') USING max(reporter_id) GROUP BY area
--! pivot-group-withheld: Grouped by a withheld column
PIVOT crimes ON kind IN ('盗窃') USING count(*) GROUP BY handler
--! pivot-group-implicit: Grouped by all that is left, withheld columns too
PIVOT (SELECT * FROM crimes) ON kind IN ('盗窃', '诈骗') USING count(*)
--! pivot-name-injection: A value that would end the column's name
PIVOT (SELECT kind, area FROM crimes) ON kind IN ('a"; DROP TABLE crimes; --', '盗窃') USING count(*) GROUP BY area
--! pivot-name-hidden: A value that would be a hidden output's name
PIVOT (SELECT kind, area FROM crimes) ON kind IN ('#h1', '#ok', '盗窃') USING count(*) GROUP BY area
--! pivot-hidden-values: Values that only hidden rows have
PIVOT (SELECT station, area FROM crimes) ON station IN ('SECRET-999') USING count(*) GROUP BY area
--! unpivot-mixed-types: Columns of other types in one
SELECT n, v FROM (SELECT case_no, victims FROM crimes) UNPIVOT (v FOR n IN (case_no, victims)) AS u ORDER BY 1, 2
--! unpivot-hidden-names: Hidden outputs by name
SELECT * FROM crimes UNPIVOT (v FOR n IN ("#h1", "#ok")) AS u
--! unpivot-person-values: Persons' columns as values
SELECT v, count(*) AS n FROM (SELECT suspect_id, reporter_id FROM crimes) UNPIVOT (v FOR n IN (suspect_id, reporter_id)) AS u GROUP BY v ORDER BY 1
--! series-from-column: A series as long as a hidden number
SELECT c.case_no, s.i FROM crimes c, range(c.divisor) AS s(i) ORDER BY 1, 2
--! series-from-subquery: As long as a hidden count
SELECT count(*) AS n FROM range((SELECT count(*) FROM crimes WHERE area = '150702')) AS s(i)
--! series-of-hidden-dates: From a hidden first day
SELECT count(*) AS n FROM generate_series((SELECT min(opened_on) FROM crimes), DATE '2026-01-01', INTERVAL 1 DAY) AS s(d)
--! series-cross: Series times series
SELECT count(*) AS n FROM range(100000) a(i), range(100000) b(j), range(100000) c(k)
--! series-named-as-dataset: A series under a dataset's name
SELECT crimes.case_no FROM range(3) AS crimes(case_no) ORDER BY 1
--! by-name-withheld: BY NAME brings a withheld column's name
SELECT case_no, 'x' AS informant FROM crimes UNION ALL BY NAME SELECT plate AS case_no FROM vehicles ORDER BY 1, 2
--! by-name-hidden: BY NAME with a hidden output's name
SELECT case_no FROM crimes UNION ALL BY NAME SELECT plate AS "#h1" FROM vehicles
--! semi-join-using-withheld: SEMI JOIN USING a withheld column
SELECT count(*) AS n FROM crimes SEMI JOIN vehicles USING (risk)
--! semi-join-condition-error: A condition that raises on hidden partners
SELECT v.plate FROM vehicles v SEMI JOIN crimes c ON c.suspect_id = v.owner_id AND CAST(c.tag AS INT) > 0 ORDER BY 1
--! anti-join-condition-pattern: A length from a hidden partner
SELECT v.plate FROM vehicles v ANTI JOIN crimes c ON c.suspect_id = v.owner_id AND left(v.brand, c.divisor) = 'x' ORDER BY 1
--! asof-hidden-nearest: The nearest row is hidden
SELECT a.code, v.plate FROM areas a ASOF LEFT JOIN vehicles v ON a.founded <= v.registered_on ORDER BY 1, 2
--! join-brackets-withheld: A withheld column within brackets
SELECT count(*) AS n FROM (crimes c JOIN vehicles v ON c.risk = v.risk) JOIN areas a ON true
--! lateral-error: LATERAL meets hidden rows
SELECT a.code, l.x FROM areas a LEFT JOIN LATERAL (SELECT max(CAST(c.tag AS INT)) AS x FROM crimes c WHERE c.area = a.code) l ON true ORDER BY 1
--! lateral-limit-hidden: The first row of a hidden group
SELECT a.code, l.case_no FROM areas a, LATERAL (SELECT c.case_no FROM crimes c WHERE left(c.area, 4) = left(a.code, 4) ORDER BY c.amount DESC NULLS LAST, c.case_no LIMIT 1) l ORDER BY 1
--! group-by-cast-error: A cast as a group key
SELECT CAST(tag AS INT) AS t, count(*) AS n FROM crimes GROUP BY ALL ORDER BY 1
--! case-guard-fold: A condition that contradicts the policy, which an optimiser could fold
SELECT count(*) AS n FROM crimes WHERE (area >= '150104' OR area < '150103') AND CAST(tag AS INT) > 0
--! case-guard-same: The policy itself repeated
SELECT count(*) AS n FROM crimes WHERE area >= '150103' AND area < '150104' AND case_no IS NOT NULL AND CAST(tag AS INT) > 0
--! push-raw-compare: A comparison that may stand beside the policy's, with one that may not
SELECT case_no FROM crimes WHERE case_no = 'A0001' AND CAST(tag AS INT) > 0 ORDER BY 1
--! push-raw-in: A list that names hidden keys
SELECT case_no FROM crimes WHERE case_no IN ('SECRET-0', 'A0001', 'SECRET-2') ORDER BY 1
--! push-raw-range: A range over the hidden extremes
SELECT count(*) AS n FROM crimes WHERE victims BETWEEN 5 AND 9223372036854775807
--! push-raw-outer: A comparison on the optional side of a join
SELECT a.code, c.case_no FROM areas a LEFT JOIN crimes c ON c.area = a.code WHERE c.case_no = 'A0001' OR c.case_no IS NULL ORDER BY 1, 2
--! push-masked: A comparison on a masked column must never stand on stored values
SELECT case_no FROM crimes WHERE reporter_id = '159999194001080001' OR phone = '1380****' AND case_no < 'A0010' ORDER BY 1
--! push-masked-range: A range on a masked column
SELECT count(*) AS n FROM crimes WHERE reporter_id >= '159999' AND reporter_id < '16'
--! push-year: A comparison on a year-only date
SELECT count(*) AS n FROM crimes WHERE born = 1970
--! push-hash-constant: A comparison on a hash
SELECT count(*) AS n FROM crimes WHERE suspect_id IN ('159999199101010001', 'x')
