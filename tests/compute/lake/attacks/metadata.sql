--! information-schema-tables!: Names of tables
SELECT * FROM information_schema.tables
--! information-schema-columns!: Names of columns
SELECT * FROM information_schema.columns
--! information-schema-schemata!: Names of schemas
SELECT * FROM information_schema.schemata
--! information-schema-quoted!: Quoted
SELECT * FROM "information_schema"."tables"
--! information-schema-views!: The views' text, with the policy
SELECT view_definition FROM information_schema.views
--! pg-class!: PostgreSQL's catalogue
SELECT * FROM pg_catalog.pg_class
--! pg-class-bare!: Without its schema
SELECT * FROM pg_class
--! pg-tables!: Tables
SELECT * FROM pg_tables
--! pg-views!: Views with their text
SELECT definition FROM pg_views
--! pg-settings!: Settings
SELECT * FROM pg_settings
--! pg-stats!: PostgreSQL's statistics
SELECT most_common_vals FROM pg_stats
--! pg-proc!: Functions
SELECT * FROM pg_proc
--! pg-attribute!: Columns
SELECT attname FROM pg_catalog.pg_attribute
--! sqlite-master!: SQLite's catalogue
SELECT * FROM sqlite_master
--! sqlite-schema!: Its other name
SELECT * FROM sqlite_schema
--! sqlite-temp-master!: Its temporary one
SELECT * FROM sqlite_temp_master
--! duckdb-tables!: DuckDB's tables
SELECT * FROM duckdb_tables()
--! duckdb-tables-view!: As a view
SELECT * FROM duckdb_tables
--! duckdb-columns!: Columns
SELECT * FROM duckdb_columns()
--! duckdb-views!: The views' text, with the policy (measured)
SELECT sql FROM duckdb_views()
--! duckdb-settings!: Settings
SELECT * FROM duckdb_settings()
--! duckdb-databases!: Databases
SELECT * FROM duckdb_databases()
--! duckdb-functions!: Functions
SELECT * FROM duckdb_functions()
--! duckdb-extensions!: Extensions
SELECT * FROM duckdb_extensions()
--! duckdb-variables!: Variables
SELECT * FROM duckdb_variables()
--! duckdb-memory!: Memory in use by others
SELECT * FROM duckdb_memory()
--! duckdb-temporary-files!: What was spilled
SELECT * FROM duckdb_temporary_files()
--! duckdb-prepared!: Prepared statements, of others too
SELECT * FROM duckdb_prepared_statements()
--! duckdb-external-file-cache!: What others have read
SELECT * FROM duckdb_external_file_cache()
--! duckdb-logs!: The log
SELECT * FROM duckdb_logs
--! duckdb-logs-parsed!: The log
SELECT * FROM duckdb_logs_parsed('QueryLog')
--! duckdb-constraints!: Constraints
SELECT * FROM duckdb_constraints()
--! duckdb-indexes!: Indexes
SELECT * FROM duckdb_indexes()
--! duckdb-schemas!: Schemas
SELECT * FROM duckdb_schemas()
--! duckdb-sequences!: Sequences
SELECT * FROM duckdb_sequences()
--! duckdb-types!: Types
SELECT * FROM duckdb_types()
--! duckdb-keywords!: Keywords
SELECT * FROM duckdb_keywords()
--! duckdb-optimizers!: Optimisers
SELECT * FROM duckdb_optimizers()
--! duckdb-connection-count!: How many ask at the moment
SELECT * FROM duckdb_connection_count()
--! duckdb-approx-database-count!: Another
SELECT * FROM duckdb_approx_database_count()
--! pragma-storage-info!: Statistics of each segment
SELECT * FROM pragma_storage_info('crimes')
--! pragma-table-info!: Columns
SELECT * FROM pragma_table_info('crimes')
--! pragma-show!: Columns
SELECT * FROM pragma_show('crimes')
--! pragma-database-size!: Sizes
SELECT * FROM pragma_database_size()
--! pragma-metadata-info!: Inner metadata
SELECT * FROM pragma_metadata_info()
--! pragma-version!: The version
SELECT * FROM pragma_version()
--! pragma-platform!: The platform
SELECT * FROM pragma_platform()
--! pragma-collations!: Collations
SELECT * FROM pragma_collations()
--! pragma-user-agent!: Who the client is
SELECT * FROM pragma_user_agent()
--! pragma-last-profiling!: The last query's profile, somebody else's
SELECT * FROM pragma_last_profiling_output()
--! show-tables!: SHOW
SHOW TABLES
--! show-all-tables!: SHOW
SHOW ALL TABLES
--! show-table!: SHOW
SHOW crimes
--! show-databases!: SHOW
SHOW DATABASES
--! show-variables!: SHOW
SHOW VARIABLES
--! describe!: DESCRIBE
DESCRIBE crimes
--! describe-select!: DESCRIBE of a query
DESCRIBE SELECT informant FROM crimes
--! desc!: Its short form
DESC crimes
--! summarize!: SUMMARIZE gives minimum and maximum of all columns
SUMMARIZE crimes
--! summarize-select!: Of a query
SUMMARIZE SELECT * FROM crimes
--! describe-in-from!: DESCRIBE as a table
SELECT * FROM (DESCRIBE crimes)
--! summarize-in-from!: SUMMARIZE as a table
SELECT * FROM (SUMMARIZE crimes)
--! show-in-from!: SHOW as a table
SELECT * FROM (SHOW TABLES)
--! explain!: The plan with its estimates
EXPLAIN SELECT * FROM crimes
--! explain-analyze!: The plan with the rows it met
EXPLAIN ANALYZE SELECT * FROM crimes WHERE area = '150702'
--! explain-format!: As JSON
EXPLAIN (FORMAT json) SELECT * FROM crimes
--! explain-in-comment!: Behind a comment
/* x */ EXPLAIN SELECT 1
--! from-describe!: FROM-first
FROM (DESCRIBE crimes)
--! metadata-as-cte!: In a CTE
WITH d AS (SELECT * FROM duckdb_columns()) SELECT * FROM d
--! metadata-in-subquery!: In a scalar subquery
SELECT (SELECT max(sql) FROM duckdb_views()) AS x FROM crimes
--! metadata-in-join!: In a join
SELECT c.case_no, t.table_name FROM crimes c JOIN information_schema.tables t ON true
--! metadata-in-exists!: In EXISTS
SELECT case_no FROM crimes WHERE EXISTS (SELECT 1 FROM duckdb_settings() WHERE name = 'threads')
--! columns-table-suffix!: Iceberg's metadata tables
SELECT * FROM crimes.files
--! columns-table-snapshots!: Its snapshots
SELECT * FROM lake.crimes.snapshots
--! dollar-partitions!: Another engine's
SELECT * FROM "crimes$partitions"
