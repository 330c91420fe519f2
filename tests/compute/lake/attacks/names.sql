--! cte-shadows-table: A CTE of the table's own name must not be read in place of, or past, the filtered table
WITH crimes AS (SELECT * FROM crimes) SELECT count(*) AS n FROM crimes
--! cte-shadows-table-withheld: The inner name is the real table; the shadow must not smuggle its withheld columns out
WITH crimes AS (SELECT case_no, informant FROM crimes) SELECT informant FROM crimes
--! cte-forward-reference: A CTE that names one defined after it must not fall through to a base table
WITH a AS (SELECT case_no FROM vehicles2), vehicles2 AS (SELECT case_no FROM crimes) SELECT * FROM a
--! cte-forward-reference-real: The forward name is a real dataset, later shadowed
WITH a AS (SELECT plate FROM vehicles), vehicles AS (SELECT 'x' AS plate) SELECT * FROM a ORDER BY 1
--! cte-own-name-inside: Inside its own body a CTE's name is the base table, to be filtered
WITH vehicles AS (SELECT plate FROM vehicles WHERE brand IS NULL) SELECT * FROM vehicles
--! cte-nested-with: A nested WITH shadows only within
WITH a AS (WITH crimes AS (SELECT 1 AS x) SELECT x FROM crimes) SELECT a.x, c.case_no FROM a, crimes c ORDER BY 2 LIMIT 3
--! cte-nested-shadow-leaks-out: After the nested scope ends the name is the base table again
SELECT (WITH crimes AS (SELECT 7 AS n) SELECT n FROM crimes) AS inner_n, (SELECT count(*) FROM crimes) AS outer_n
--! cte-shadow-by-other-dataset: Swapping names of two datasets by CTEs
WITH crimes AS (SELECT plate AS case_no FROM vehicles), vehicles AS (SELECT case_no AS plate FROM crimes) SELECT * FROM vehicles ORDER BY 1
--! cte-materialized: MATERIALIZED keeps rows beyond the guard of the outer query
WITH a AS MATERIALIZED (SELECT case_no, tag FROM crimes) SELECT count(*) AS n FROM a WHERE tag LIKE 'SECRET%'
--! cte-not-materialized: Folded into the outer query, its predicates move down
WITH a AS NOT MATERIALIZED (SELECT case_no, tag FROM crimes) SELECT count(*) AS n FROM a WHERE CAST(tag AS INT) > 0
--! cte-columns-renamed: A column list hides the withheld column's name
WITH a(x, y) AS (SELECT case_no, informant FROM crimes) SELECT y FROM a
--! cte-columns-renamed-star: A column list over a star counts the hidden columns
WITH a(c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23, c24, c25) AS (SELECT * FROM crimes) SELECT c25 FROM a
--! cte-case-variants: Names fold case
WITH CRIMES AS (SELECT 1 AS one) SELECT * FROM crimes
--! cte-quoted-case: A quoted name of other case is the same table to the engine
WITH "Crimes" AS (SELECT 1 AS one) SELECT * FROM "CRIMES"
--! quoted-table: A quoted name must be the governed table
SELECT count(*) AS n FROM "crimes"
--! quoted-upper-table: Quoted and upper-case
SELECT count(*) AS n FROM "CRIMES"
--! quoted-columns: Quoted withheld column
SELECT "informant" FROM crimes
--! quoted-upper-column: Quoted withheld column of other case
SELECT "INFORMANT" FROM crimes
--! mixed-case-column: Withheld column in mixed case
SELECT InForMant FROM crimes
--! schema-main!: The engine's own schema prefix
SELECT * FROM main.crimes
--! schema-catalog!: Catalogue and schema
SELECT * FROM memory.main.crimes
--! schema-lake!: The lake's namespace
SELECT * FROM lake.crimes
--! schema-quoted!: Quoted prefix
SELECT * FROM "main"."crimes"
--! schema-temp!: The temporary schema
SELECT * FROM temp.crimes
--! schema-cte-qualified!: A qualified name under a CTE of the same name reads the base table (Superset 43005)
WITH crimes AS (SELECT 1 AS x) SELECT * FROM main.crimes
--! schema-column-qualified!: A column qualified with a schema
SELECT main.crimes.case_no FROM crimes
--! table-of-parquet!: A file name as a table
SELECT * FROM 'crimes.parquet'
--! table-of-quoted-parquet!: A file name as a quoted identifier
SELECT * FROM "crimes.parquet"
--! table-of-absolute-path!: A path outside
SELECT * FROM '/etc/passwd'
--! table-of-glob!: A glob over the lake's files
SELECT * FROM 'tables/*/data/*.parquet'
--! table-of-url!: A file from the network
SELECT * FROM 'http://127.0.0.1/x.parquet'
--! alias-is-table-name: Two datasets whose aliases are each other's names
SELECT vehicles.case_no, crimes.plate FROM crimes AS vehicles, vehicles AS crimes WHERE crimes.plate = '蒙A00001' ORDER BY 1 LIMIT 5
--! alias-is-withheld-name: An alias that carries a withheld column's name must not read it
SELECT case_no AS informant FROM crimes ORDER BY informant LIMIT 5
--! alias-with-where: An alias holding SQL text must stay an alias (WaveHouse 322)
SELECT case_no AS "x FROM crimes WHERE 1=1 --" FROM crimes ORDER BY 1 LIMIT 2
--! table-alias-with-where: A table alias holding SQL text
SELECT "t WHERE true".case_no FROM crimes AS "t WHERE true" ORDER BY 1 LIMIT 2
--! table-alias-quote: A doubled quote in an alias
SELECT "a""b".case_no FROM crimes AS "a""b" ORDER BY 1 LIMIT 2
--! alias-ok: The guard's own column name as an alias
SELECT case_no AS "#ok" FROM crimes ORDER BY 1 LIMIT 2
--! column-ok: The guard's own column must not be readable
SELECT "#ok" FROM crimes
--! column-ok-where: Nor usable to turn the guard round
SELECT count(*) AS n FROM crimes WHERE NOT "#ok"
--! column-subject: The hidden subject columns must not be readable
SELECT "#s0" FROM crimes
--! column-subject-qualified: Nor through an alias
SELECT c."#s1" FROM crimes c
--! column-subject-via-star: Nor by a star that finds internal columns
SELECT COLUMNS('#.*') FROM crimes
--! column-inner-alias-p: The inner subquery's alias
SELECT p.informant FROM crimes
--! column-inner-alias-t: The guard's alias
SELECT t.suspect_id FROM crimes
--! column-inner-alias-g: The governed subquery's alias
SELECT g.informant FROM crimes
--! column-rowid!: The engine's pseudo column tells positions of hidden rows
SELECT rowid FROM crimes
--! column-rowid-qualified!: The same by alias
SELECT c.rowid, c.case_no FROM crimes c
--! column-file-row-number!: A pseudo column of Parquet scans
SELECT file_row_number FROM crimes
--! column-filename!: The file's path
SELECT filename FROM crimes
--! column-file-index!: The file's index
SELECT file_index FROM crimes
--! table-files-slot!: The parameter's slot as a name
SELECT * FROM "$files"
--! parameter-named!: A parameter of the plan
SELECT $salt AS s FROM crimes
--! parameter-files!: The list of files as a parameter
SELECT $files AS s FROM crimes
--! parameter-position!: A positional parameter would shift the plan's own
SELECT case_no FROM crimes WHERE area = ?
--! parameter-numbered!: A numbered parameter
SELECT case_no, $1 AS x FROM crimes
--! parameter-p0!: The plan's first constant by its name
SELECT case_no, $p0 AS x FROM crimes
--! parameter-colon!: Another spelling
SELECT case_no, :p0 AS x FROM crimes
--! parameter-at!: Another spelling
SELECT case_no, @p0 AS x FROM crimes
--! parameter-text: A text that looks like a parameter stays a text
SELECT '$salt' AS a, '$files $p0 ?' AS b, case_no FROM crimes ORDER BY 3 LIMIT 1
--! parameter-in-alias: An alias that looks like a parameter must not be replaced by one
SELECT case_no AS "$p0", area AS "$salt" FROM crimes ORDER BY 1 LIMIT 2
--! parameter-in-alias-question-mark: A question mark in an alias must not count as a parameter
SELECT case_no AS "why?" FROM crimes WHERE area = '150103' ORDER BY 1 LIMIT 2
--! unknown-dataset: What does not exist and what one may not see look alike
SELECT * FROM secrets
--! unknown-column: A column that does not exist is told like one that is withheld
SELECT nowhere FROM crimes
--! recursive-own-name: A recursive CTE named as the table
WITH RECURSIVE crimes AS (SELECT case_no FROM crimes UNION ALL SELECT case_no FROM crimes WHERE false) SELECT count(*) FROM crimes
--! homoglyph-table: A Cyrillic letter in the name is another name
SELECT * FROM crіmes
--! full-width-table: Full-width letters are another name
SELECT * FROM ｃｒｉｍｅｓ
--! full-width-column: Full-width letters of a withheld column
SELECT ｉｎｆｏｒｍａｎｔ FROM crimes
--! zero-width-column: A zero-width space within a withheld name
SELECT infor​mant FROM crimes
--! zero-width-table: A zero-width joiner within the table's name
SELECT * FROM cri‍mes
--! kelvin-sign: A letter that folds to another under some rules
SELECT "tag" FROM "crimeſ"
--! dotless-i: A Turkish i does not fold to i
SELECT ınformant FROM crimes
--! nbsp-between: A no-break space as white space
SELECT case_no FROM crimes ORDER BY 1 LIMIT 1
--! bom-first: A byte-order mark before SELECT
﻿SELECT case_no FROM crimes ORDER BY 1 LIMIT 1
--! right-to-left: Direction marks hide the text's order from a reviewer
SELECT case_no AS "‮on_esac‬" FROM crimes ORDER BY 1 LIMIT 1
--! long-name: A name longer than any
SELECT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa FROM crimes
--! keyword-names: Keywords as quoted names
SELECT "select"."from" FROM (SELECT case_no AS "from" FROM crimes) AS "select" ORDER BY 1 LIMIT 2
--! empty-name!: An empty quoted name
SELECT "" FROM crimes
--! single-quoted-alias: A text as an alias (DuckDB takes it)
SELECT case_no 'informant' FROM crimes ORDER BY 1 LIMIT 1
--! lateral-alias-shadows-withheld: Reused alias named as the withheld column in WHERE
SELECT 'x' AS informant FROM crimes WHERE informant = 'SECRET-999'
--! lateral-alias-shadows-masked: Reused alias named as the masked column: base column wins, and is masked
SELECT '1599991' AS reporter_id, case_no FROM crimes WHERE reporter_id LIKE '159999%' ORDER BY 2
--! lateral-alias-chain: Alias of an alias
SELECT tag AS a, a || 'x' AS b, length(b) AS l FROM crimes WHERE l > 6 ORDER BY 1
--! having-alias-withheld: Alias in HAVING
SELECT kind AS informant, count(*) AS n FROM crimes GROUP BY kind HAVING informant IS NOT NULL ORDER BY 1
--! duplicate-output-names: Two outputs of one name
SELECT case_no, case_no FROM crimes ORDER BY 1 LIMIT 2
--! self-alias-twice: The same alias twice
SELECT c.case_no FROM crimes c, vehicles c
--! values-named-as-dataset: VALUES under a dataset's name
SELECT * FROM (VALUES (1)) AS crimes(case_no)
--! subquery-named-as-dataset: A subquery under a dataset's name
SELECT crimes.x FROM (SELECT 1 AS x) AS crimes
--! cte-used-in-subquery-of-join: The nested use of a shadow inside a join's ON
WITH vehicles AS (SELECT 'q' AS plate) SELECT count(*) AS n FROM crimes c JOIN areas a ON c.area = a.code AND EXISTS (SELECT 1 FROM vehicles WHERE plate = 'q')
--! union-arm-shadow: One arm of a union shadows, the other does not
(WITH vehicles AS (SELECT 'q' AS plate) SELECT plate FROM vehicles) UNION ALL SELECT plate FROM vehicles ORDER BY 1
