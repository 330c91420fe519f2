--! read-parquet!: The lake's own files, unfiltered
SELECT * FROM read_parquet('tables/crimes/data/*.parquet')
--! read-parquet-list!: A list of files
SELECT * FROM read_parquet(['a.parquet', 'b.parquet'])
--! parquet-scan!: A synonym
SELECT * FROM parquet_scan('a.parquet')
--! read-csv!: Any text file
SELECT * FROM read_csv('/etc/passwd')
--! read-csv-auto!: A synonym
SELECT * FROM read_csv_auto('/etc/passwd')
--! read-json!: Any JSON file
SELECT * FROM read_json('/etc/passwd')
--! read-json-objects!: Its objects
SELECT * FROM read_json_objects('/etc/passwd')
--! read-ndjson!: Lines of JSON
SELECT * FROM read_ndjson_auto('/etc/passwd')
--! read-text!: A file whole
SELECT * FROM read_text('/etc/passwd')
--! read-blob!: Its bytes
SELECT * FROM read_blob('/etc/passwd')
--! read-xlsx!: A workbook
SELECT * FROM read_xlsx('a.xlsx')
--! glob!: Names of files
SELECT * FROM glob('/**')
--! sniff-csv!: A file's shape and first rows
SELECT * FROM sniff_csv('/etc/passwd')
--! parquet-metadata!: Minimum and maximum of every row group, hidden rows too
SELECT stats_min, stats_max FROM parquet_metadata('a.parquet')
--! parquet-schema!: All columns
SELECT * FROM parquet_schema('a.parquet')
--! parquet-file-metadata!: Row counts
SELECT * FROM parquet_file_metadata('a.parquet')
--! parquet-kv-metadata!: What was written beside the rows
SELECT * FROM parquet_kv_metadata('a.parquet')
--! parquet-bloom-probe!: Whether a value stands in a file
SELECT * FROM parquet_bloom_probe('a.parquet', 'station', 'SECRET-999')
--! parquet-full-metadata!: All of it
SELECT * FROM parquet_full_metadata('a.parquet')
--! iceberg-scan!: The table itself
SELECT * FROM iceberg_scan('tables/crimes')
--! iceberg-metadata!: Its files
SELECT * FROM iceberg_metadata('tables/crimes')
--! iceberg-snapshots!: Its history
SELECT * FROM iceberg_snapshots('tables/crimes')
--! delta-scan!: Another format
SELECT * FROM delta_scan('tables/crimes')
--! sqlite-scan!: Another database
SELECT * FROM sqlite_scan('/tmp/x.db', 't')
--! postgres-scan!: Our own catalogue
SELECT * FROM postgres_scan('dbname=bj_data', 'public', 'lake_dataset')
--! postgres-query!: A text for PostgreSQL
SELECT * FROM postgres_query('x', 'SELECT 1')
--! mysql-scan!: Another server
SELECT * FROM mysql_query('x', 'SELECT 1')
--! st-read!: A file of shapes
SELECT * FROM st_read('/etc/passwd')
--! query!: A text as a query, past every look at the tree
SELECT * FROM query('SELECT * FROM crimes')
--! query-concatenated!: A text put together
SELECT * FROM query('SEL' || 'ECT 1')
--! query-table!: A name as a table
SELECT * FROM query_table('crimes')
--! query-table-list!: A list of names
SELECT * FROM query_table(['crimes', 'vehicles'])
--! json-execute!: A tree as a query
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))
--! json-serialize!: The tree of a query
SELECT json_serialize_sql('SELECT 1') AS j
--! json-serialize-plan!: The plan of a query
SELECT json_serialize_plan('SELECT * FROM crimes') AS j
--! json-deserialize!: And back
SELECT json_deserialize_sql('{}') AS j
--! from-substrait!: A plan from bytes
SELECT * FROM from_substrait('x'::BLOB)
--! sql-auto-complete!: Names of all things
SELECT * FROM sql_auto_complete('SELECT * FROM ')
--! range-bomb: A series without end
SELECT count(*) AS n FROM range(1000000000000)
--! generate-series-bomb: Another
SELECT sum(a.generate_series) AS n FROM generate_series(1, 1000000000) a, generate_series(1, 1000000000) b
--! repeat-row!: Rows out of nothing
SELECT * FROM repeat_row(1, num_rows = 1000000000)
--! repeat-table!: Another
SELECT * FROM repeat('x', 1000000000)
--! test-all-types!: A function for tests
SELECT * FROM test_all_types()
--! summary!: Statistics by name
SELECT * FROM summary(TABLE crimes)
--! unnest-big: A list made long
SELECT count(*) AS n FROM unnest(range(100000000))
--! checkpoint-function!: A deed as a function
SELECT * FROM checkpoint()
--! force-checkpoint!: Another
SELECT * FROM force_checkpoint()
--! load-aws!: Keys of the host
SELECT * FROM load_aws_credentials()
--! which-secret!: Names of secrets
SELECT * FROM which_secret('s3://x', 's3')
--! duckdb-secrets!: The secrets
SELECT * FROM duckdb_secrets()
--! arrow-scan!: A pointer as a table
SELECT * FROM arrow_scan(1, 1, 1)
--! pandas-scan!: Another
SELECT * FROM pandas_scan(1)
--! python-replacement!: A variable of the host program as a table
SELECT * FROM sys
--! seq-scan!: The engine's inner scan
SELECT * FROM seq_scan('crimes')
--! table-function-in-join!: Beside a table
SELECT * FROM crimes c JOIN read_csv('/etc/passwd') r ON true
--! table-function-in-exists!: In a subquery
SELECT case_no FROM crimes WHERE EXISTS (SELECT 1 FROM glob('/etc/*'))
--! table-function-in-cte!: In a CTE
WITH g AS (SELECT * FROM glob('/etc/*')) SELECT * FROM g
--! table-function-in-lateral!: In LATERAL, its argument a value
SELECT * FROM crimes c, LATERAL (SELECT * FROM read_text(c.tag)) r
--! table-function-quoted!: Its name quoted
SELECT * FROM "read_text"('/etc/passwd')
--! table-function-upper!: Its name in upper case
SELECT * FROM READ_TEXT('/etc/passwd')
--! table-function-schema!: By its schema
SELECT * FROM main.read_text('/etc/passwd')
--! table-function-named-argument!: Named arguments
SELECT * FROM read_csv('/etc/passwd', delim = ':', header = false)
--! scalar-read!: A table function as a value
SELECT (SELECT content FROM read_text('/etc/passwd')) AS x
--! scalar-read-in-where!: In a condition
SELECT case_no FROM crimes WHERE tag IN (SELECT content FROM read_text('/etc/passwd'))
--! getenv!: The process's environment
SELECT getenv('HOME') AS h
--! getvariable!: A variable of the session
SELECT getvariable('x') AS v
--! current-setting!: The engine's settings
SELECT current_setting('allowed_directories') AS v
--! current-database!: Where one is
SELECT current_database() AS v
--! current-schema!: Where one is
SELECT current_schema() AS v
--! current-query!: The governed text, with the policy in it
SELECT current_query() AS v FROM crimes
--! current-user!: Who the engine runs as
SELECT current_user AS v
--! session-user!: Another
SELECT session_user AS v
--! version!: The engine's version
SELECT version() AS v
--! txid!: A number that others' deeds change
SELECT txid_current() AS v
--! nextval!: A state kept between questions
SELECT nextval('s') AS v
--! currval!: Another
SELECT currval('s') AS v
--! random!: Answers that nobody can check again
SELECT random() AS v FROM crimes
--! setseed!: A state kept between questions
SELECT setseed(0.5) AS v
--! uuid!: Another random
SELECT uuid() AS v FROM crimes
--! gen-random-uuid!: Its synonym
SELECT gen_random_uuid() AS v FROM crimes
--! stats!: Statistics of the stored column, hidden rows too (measured)
SELECT stats(station) AS v FROM crimes
--! stats-subquery!: Through a subquery
SELECT stats(x) AS v FROM (SELECT station AS x FROM crimes) q LIMIT 1
--! stats-number!: Of a number
SELECT stats(victims) AS v FROM crimes LIMIT 1
--! typeof: The type of a withheld column
SELECT typeof(informant) AS v FROM crimes
--! can-cast: A function about types
SELECT can_cast_implicitly(tag, 1) AS v FROM crimes
--! alias-function: The alias of an expression: internal names
SELECT alias(case_no) AS v FROM crimes LIMIT 1
--! error!: Raises what it is given
SELECT error(station) AS v FROM crimes
--! error-in-case!: Only for a hidden row
SELECT CASE WHEN area LIKE '1507%' THEN error('seen') END AS v FROM crimes
--! sleep!: Waits
SELECT sleep_ms(1000) AS v FROM crimes
--! write-log!: Writes into the engine's log
SELECT write_log('x') AS v
--! in-search-path!: About schemas
SELECT in_search_path('main', 'main') AS v
--! pg-sleep!: PostgreSQL's
SELECT pg_sleep(10) AS v
--! pg-typeof: PostgreSQL's
SELECT pg_typeof(informant) AS v FROM crimes
--! has-table-privilege!: About rights
SELECT has_table_privilege('crimes', 'SELECT') AS v
--! obj-description!: About comments
SELECT obj_description(1, 'x') AS v
--! load-extension!: SQLite's
SELECT load_extension('x') AS v
--! lo-import!: PostgreSQL's file reader
SELECT lo_import('/etc/passwd') AS v
--! xp-cmdshell!: Another server's shell
SELECT xp_cmdshell('id') AS v
--! raise-error!: Another engine's error()
SELECT raise_error(station) AS v FROM crimes
--! system-function!: A shell
SELECT shell('id') AS v
--! json-transform!: A structure of one's own
SELECT json_transform(tag, '"INT"') AS v FROM crimes
--! from-json-strict!: Raises on what is no JSON
SELECT from_json_strict(tag, '"INT"') AS v FROM crimes
--! list-aggregate-by-name!: An aggregate by its name in a text
SELECT list_aggregate([victims], 'sum') AS v FROM crimes
--! list-aggregate-from-column!: By its name in a column
SELECT list_aggregate([1], tag) AS v FROM crimes
--! aggregate-histogram: All values of a column in one
SELECT histogram(kind) AS v FROM crimes
--! approx-top-k: The most frequent values
SELECT approx_top_k(kind, 3) AS v FROM crimes
--! reservoir-quantile!: A sample among rows, random
SELECT reservoir_quantile(victims, 0.5) AS v FROM crimes
--! any-value-hidden: Any value, a hidden one perhaps
SELECT any_value(station) AS v, first(case_no) AS f, last(case_no) AS l FROM crimes
--! list-hidden: All values in one list
SELECT list(station ORDER BY case_no) AS v FROM crimes
--! string-agg-withheld: All withheld values in one text
SELECT string_agg(informant, ',') AS v FROM crimes
--! min-by-withheld: By a withheld order
SELECT min_by(case_no, risk) AS v FROM crimes
--! max-masked: The greatest mask, not the greatest value
SELECT max(reporter_id) AS v, min(phone) AS p FROM crimes
--! mode-masked: The most frequent mask
SELECT mode(reporter_name) AS v FROM crimes
--! median-masked: A median over a redacted number
SELECT median(weight) AS v FROM crimes
--! sum-masked: A sum over a masked number
SELECT sum(paid) AS v FROM crimes
--! entropy: A measure of the distribution
SELECT entropy(reporter_name) AS v FROM crimes
--! bitstring-agg!: A bitmap over a column's statistics range (raises when the range is wide)
SELECT bitstring_agg(victims) AS v FROM crimes
--! quantile-hidden: Quantiles over hidden extremes
SELECT quantile_cont(amount, [0.0, 0.5, 1.0]) AS v FROM crimes
--! arg-max-hidden: The row of the hidden maximum
SELECT arg_max(case_no, amount) AS v FROM crimes
--! product-overflow: Hidden extremes overflow
SELECT product(victims) AS v FROM crimes
--! sum-overflow: Hidden extremes overflow a sum
SELECT sum(victims) AS v, sum(divisor) AS d FROM crimes
--! avg-nan: A hidden NaN spoils the mean
SELECT avg(score) AS v, stddev(score) AS s, var_pop(score) AS p FROM crimes
--! corr-hidden: Correlation with hidden extremes
SELECT corr(score, victims) AS c, regr_slope(score, victims) AS r FROM crimes
--! count-star-vs-count: NULLs of a null mask
SELECT count(*) AS a, count(note) AS b, count(reporter_name) AS c, count(informant) AS d FROM crimes
--! count-null-pattern: NULLs of masked columns: only what a mask may tell
SELECT count(*) AS a, count(note) AS b, count(reporter_name) AS c, count(weight) AS d FROM crimes
