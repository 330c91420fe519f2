--! attach-memory!: ATTACH a database in memory
ATTACH ':memory:' AS m
--! attach-file!: ATTACH a file
ATTACH '/tmp/x.db'
--! attach-postgres!: ATTACH our own database
ATTACH 'dbname=bj_data' AS pg (TYPE postgres)
--! detach!: DETACH
DETACH memory
--! use!: USE
USE memory
--! copy-to!: COPY out
COPY crimes TO '/tmp/x.csv'
--! copy-select-to!: COPY a query out
COPY (SELECT * FROM crimes) TO '/tmp/x.parquet'
--! copy-from!: COPY in
COPY crimes FROM '/etc/passwd'
--! copy-database!: COPY a database
COPY FROM DATABASE memory TO m
--! export!: EXPORT
EXPORT DATABASE '/tmp/x'
--! import!: IMPORT
IMPORT DATABASE '/tmp/x'
--! install!: INSTALL
INSTALL httpfs
--! force-install!: FORCE INSTALL
FORCE INSTALL spatial FROM community
--! load!: LOAD
LOAD httpfs
--! update-extensions!: UPDATE EXTENSIONS
UPDATE EXTENSIONS
--! set!: SET
SET threads = 1
--! set-global!: SET GLOBAL
SET GLOBAL enable_external_access = true
--! set-variable!: SET VARIABLE
SET VARIABLE x = (SELECT max(informant) FROM crimes)
--! reset!: RESET
RESET threads
--! pragma!: PRAGMA
PRAGMA enable_profiling
--! pragma-version-statement!: PRAGMA
PRAGMA version
--! pragma-assign!: PRAGMA
PRAGMA memory_limit = '100GB'
--! pragma-storage-statement!: PRAGMA with the stored statistics
PRAGMA storage_info('crimes')
--! call!: CALL
CALL pragma_table_info('crimes')
--! call-query!: CALL a text
CALL query('SELECT 1')
--! create-table!: CREATE TABLE
CREATE TABLE x AS SELECT * FROM crimes
--! create-temp-table!: A temporary one
CREATE TEMP TABLE x AS SELECT * FROM crimes
--! create-or-replace!: In place of a table
CREATE OR REPLACE TABLE crimes AS SELECT 1 AS a
--! create-view!: CREATE VIEW
CREATE VIEW x AS SELECT * FROM crimes
--! create-macro!: CREATE MACRO
CREATE MACRO f(x) AS error(x)
--! create-table-macro!: A macro of tables
CREATE MACRO f() AS TABLE SELECT * FROM crimes
--! create-function!: CREATE FUNCTION
CREATE FUNCTION f(x) AS x
--! create-index!: CREATE INDEX
CREATE INDEX i ON crimes (case_no)
--! create-sequence!: CREATE SEQUENCE
CREATE SEQUENCE s
--! create-type!: CREATE TYPE from withheld values
CREATE TYPE t AS ENUM (SELECT informant FROM crimes)
--! create-schema!: CREATE SCHEMA
CREATE SCHEMA s
--! create-secret!: CREATE SECRET
CREATE SECRET s (TYPE s3)
--! drop-table!: DROP
DROP TABLE crimes
--! drop-view!: DROP VIEW
DROP VIEW IF EXISTS crimes
--! alter!: ALTER
ALTER TABLE crimes ADD COLUMN x INT
--! comment-on!: COMMENT ON
COMMENT ON TABLE crimes IS 'x'
--! insert!: INSERT
INSERT INTO crimes VALUES ('x')
--! insert-returning!: INSERT … RETURNING
INSERT INTO crimes SELECT * FROM crimes RETURNING *
--! insert-or-replace!: INSERT OR REPLACE
INSERT OR REPLACE INTO crimes VALUES ('x')
--! update!: UPDATE
UPDATE crimes SET area = '150103'
--! update-returning!: UPDATE … RETURNING
UPDATE crimes SET area = area RETURNING informant
--! delete!: DELETE
DELETE FROM crimes
--! delete-returning!: DELETE … RETURNING
DELETE FROM crimes RETURNING *
--! truncate!: TRUNCATE
TRUNCATE crimes
--! merge!: MERGE
MERGE INTO crimes USING vehicles ON true WHEN MATCHED THEN DELETE
--! vacuum!: VACUUM
VACUUM
--! vacuum-analyze!: VACUUM ANALYZE
VACUUM ANALYZE crimes
--! analyze!: ANALYZE
ANALYZE
--! checkpoint!: CHECKPOINT
CHECKPOINT
--! begin!: BEGIN
BEGIN TRANSACTION
--! commit!: COMMIT
COMMIT
--! rollback!: ROLLBACK
ROLLBACK
--! abort!: ABORT
ABORT
--! prepare!: PREPARE
PREPARE p AS SELECT * FROM crimes
--! execute!: EXECUTE
EXECUTE p
--! execute-immediate!: EXECUTE IMMEDIATE
EXECUTE IMMEDIATE 'SELECT 1'
--! deallocate!: DEALLOCATE
DEALLOCATE p
--! declare!: DECLARE
DECLARE x INT DEFAULT 1
--! grant!: GRANT
GRANT ALL ON crimes TO PUBLIC
--! kill!: KILL
KILL 1
--! lock!: LOCK
LOCK TABLE crimes
--! refresh!: REFRESH
REFRESH MATERIALIZED VIEW x
--! do-block!: DO
DO $$ BEGIN NULL; END $$
--! shell-command!: A command of the shell
.shell id
--! dot-read!: Another
.read /etc/passwd
--! backslash!: psql's
\! id
--! two-statements!: Two statements
SELECT 1 AS x; SELECT * FROM crimes
--! two-statements-drop!: The second one destroys
SELECT case_no FROM crimes; DROP TABLE crimes
--! two-statements-set!: The first one prepares
SET enable_external_access = true; SELECT * FROM read_text('/etc/passwd')
--! statement-after-comment!: Behind a comment that ends early
SELECT case_no FROM crimes -- x
; DROP TABLE crimes
--! only-semicolons!: Nothing but semicolons
;;;
--! empty!: Nothing

--! only-comment!: Nothing but a comment
-- SELECT * FROM crimes
--! trailing-semicolon: One statement with its semicolon
SELECT count(*) AS n FROM crimes;
--! leading-semicolon!: Two statements, the first one empty
; SELECT count(*) AS n FROM crimes
--! cte-insert!: A CTE that writes
WITH x AS (INSERT INTO crimes SELECT * FROM crimes RETURNING *) SELECT * FROM x
--! cte-delete!: A CTE that deletes
WITH x AS (DELETE FROM crimes RETURNING *) SELECT * FROM x
--! cte-update!: A CTE that changes
WITH x AS (UPDATE crimes SET area = '150103' RETURNING *) SELECT * FROM x
--! cte-before-insert!: WITH before a write
WITH x AS (SELECT * FROM crimes) INSERT INTO vehicles SELECT * FROM x
--! subquery-insert!: A write in FROM
SELECT * FROM (INSERT INTO crimes VALUES (1) RETURNING *)
--! copy-in-from!: COPY in FROM
SELECT * FROM (COPY crimes TO '/tmp/x')
--! from-less-function!: A function without FROM (keboola 697)
SELECT read_text('/etc/passwd') AS x
--! from-less-getenv!: Another
SELECT getenv('PATH') AS x
--! values-statement!: VALUES with a function
VALUES (getenv('PATH'))
--! values-error!: VALUES with error()
VALUES (error('x'))
--! select-without-from: A constant alone is no use of data
SELECT 1 AS one
--! pipe-syntax!: Pipe syntax
FROM crimes |> SELECT informant
--! jinja!: A template
SELECT {{ x }} FROM crimes
--! shell-substitution!: A substitution
SELECT $(id) FROM crimes
