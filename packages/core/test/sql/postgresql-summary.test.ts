import { verifies } from '@otelier/testkit';
import { describeSql } from '../../src/sql/describe-sql.js';

type Case = readonly [what: string, sql: string, summary: string];

const queries: readonly Case[] = [
  ['a query by its table', 'SELECT * FROM users WHERE id = 1', 'SELECT users'],
  ['a query without a table', 'SELECT 1', 'SELECT'],
  ['the case of the text', 'select a from Users', 'select Users'],
  ['a qualified name', 'SELECT * FROM shop.public.users', 'SELECT shop.public.users'],
  [
    'a quoted name with its quotes',
    'SELECT * FROM "song list", public."Artists" a',
    'SELECT "song list" public."Artists"',
  ],
  ['a name with a doubled quote', 'SELECT * FROM "a""b" JOIN c ON true', 'SELECT "a""b" c'],
  ['a quoted keyword as a name', 'SELECT "from" FROM "select"', 'SELECT "select"'],
  ['a quoted line break as a space', 'SELECT * FROM "a\nb"', 'SELECT "a b"'],
  ['names with digits as they are', 'SELECT * FROM orders_2024_07, t1', 'SELECT orders_2024_07 t1'],
  ['an unreserved keyword as a name', 'SELECT * FROM insert WHERE update = 5', 'SELECT insert'],
  ['tables in a comma list', 'SELECT * FROM a, b AS x, c y WHERE a.id = b.id', 'SELECT a b c'],
  [
    'joins of every kind',
    'SELECT * FROM a INNER JOIN b ON a.x = b.x LEFT OUTER JOIN c USING (id, k) CROSS JOIN d NATURAL JOIN e, f',
    'SELECT a b c d e f',
  ],
  ['a join in parentheses', 'SELECT * FROM ((a JOIN b ON a.x = b.x) JOIN "c" ON true), d', 'SELECT a b "c" d'],
  ['a self join twice', 'SELECT * FROM employees e JOIN employees m ON e.m = m.id', 'SELECT employees employees'],
  [
    'a table that is a query',
    'SELECT d FROM (SELECT * FROM orders o JOIN customers c ON o.c = c.id) AS s',
    'SELECT SELECT orders customers',
  ],
  ['a query in a condition', 'SELECT * FROM a WHERE id IN (SELECT a_id FROM b)', 'SELECT a SELECT b'],
  ['a query in the select list', 'SELECT (SELECT count(*) FROM b), x FROM a', 'SELECT SELECT b a'],
  ['a query in an argument', 'SELECT coalesce(x, (SELECT max(y) FROM b)) FROM a', 'SELECT SELECT b a'],
  ['an EXISTS', 'SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.x = a.x)', 'SELECT a SELECT b'],
  ['a UNION', 'SELECT x FROM a UNION ALL SELECT x FROM b EXCEPT SELECT x FROM c', 'SELECT a SELECT b SELECT c'],
  ['a UNION in parentheses', '(SELECT * FROM a) UNION (SELECT * FROM b) ORDER BY x', 'SELECT a SELECT b'],
  ['LATERAL', 'SELECT * FROM a JOIN LATERAL (SELECT * FROM b LIMIT 1) x ON true', 'SELECT a SELECT b'],
  [
    'a function in FROM by its name',
    'SELECT * FROM get_orders(1) g, LATERAL unnest(g.ids) u',
    'SELECT get_orders unnest',
  ],
  ['ROWS FROM by its functions', 'SELECT * FROM ROWS FROM (f(1), g(2)) AS x', 'SELECT f g'],
  ['a table named rows', 'SELECT * FROM rows WHERE x = 1', 'SELECT rows'],
  ['FROM ONLY', 'SELECT * FROM ONLY (a), ONLY b', 'SELECT a b'],
  ['no argument of a function as a table', "SELECT extract(year FROM ts), trim('x' FROM y) FROM a", 'SELECT a'],
  ['IS DISTINCT FROM as no table', 'SELECT x IS DISTINCT FROM y FROM a WHERE x IS NOT DISTINCT FROM z', 'SELECT a'],
  ['FOR UPDATE as no operation', 'SELECT * FROM a WHERE x = 1 FOR UPDATE OF a SKIP LOCKED', 'SELECT a'],
  ['commas behind the tables as no tables', 'SELECT x, y FROM a GROUP BY x, y ORDER BY x, y LIMIT 1', 'SELECT a'],
  [
    'a window as no table',
    'SELECT sum(v) OVER w FROM a WINDOW w AS (PARTITION BY c, d), v AS (ORDER BY c)',
    'SELECT a',
  ],
  ['a sample as no table', 'SELECT * FROM a TABLESAMPLE SYSTEM (10), b', 'SELECT a b'],
  ['a list of values as no table', 'SELECT * FROM (VALUES (1), (2)) AS v (x), a', 'SELECT a'],
  ['a column named like a keyword', 'SELECT t.select, t.from FROM t', 'SELECT t'],
];

const commonTables: readonly Case[] = [
  ['a CTE by its tables', 'WITH r AS (SELECT * FROM orders) SELECT * FROM r', 'SELECT orders SELECT'],
  [
    'a CTE before an INSERT',
    'WITH x AS (SELECT * FROM a) INSERT INTO orders (id) SELECT id FROM x',
    'SELECT a INSERT orders SELECT',
  ],
  ['a CTE and a table', 'WITH r AS (SELECT 1) SELECT * FROM r JOIN b ON true', 'SELECT SELECT b'],
  ['a CTE named like its table', 'WITH users AS (SELECT * FROM users) SELECT * FROM Users', 'SELECT users SELECT'],
  ['a qualified name as a table beside a CTE', 'WITH u AS (SELECT 1) SELECT * FROM public.u', 'SELECT SELECT public.u'],
  [
    'a recursive CTE',
    'WITH RECURSIVE t (id) AS (SELECT id FROM n UNION ALL SELECT n.id FROM n JOIN t ON n.p = t.id) SELECT * FROM t',
    'SELECT n SELECT n SELECT',
  ],
  [
    'several CTEs',
    'WITH a AS (SELECT * FROM t1), b AS MATERIALIZED (SELECT * FROM a JOIN t2 ON true) SELECT * FROM b',
    'SELECT t1 SELECT t2 SELECT',
  ],
  ['a quoted CTE', 'WITH "r x" AS (SELECT * FROM a) SELECT * FROM "r x"', 'SELECT a SELECT'],
  [
    'a CTE that ends with its query',
    'SELECT * FROM (WITH x AS (SELECT * FROM a) SELECT * FROM x) s JOIN x ON true',
    'SELECT SELECT a SELECT x',
  ],
  [
    'a CTE that changes data',
    'WITH d AS (DELETE FROM a WHERE x = 1 RETURNING *) INSERT INTO log SELECT * FROM d',
    'DELETE a INSERT log SELECT',
  ],
  [
    'a CTE with a search order',
    'WITH RECURSIVE t AS (SELECT * FROM n) SEARCH DEPTH FIRST BY id SET o SELECT * FROM t',
    'SELECT n SELECT',
  ],
];

const changes: readonly Case[] = [
  ['an INSERT', "INSERT INTO orders (a, b) VALUES (1, 'x') RETURNING id", 'INSERT orders'],
  ['an INSERT of a query', 'INSERT INTO a (x) SELECT x FROM b', 'INSERT a SELECT b'],
  ['an INSERT of a CTE', 'INSERT INTO a WITH c AS (SELECT * FROM b) SELECT * FROM c', 'INSERT a SELECT b SELECT'],
  [
    'ON CONFLICT as no operation',
    'INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = EXCLUDED.x, y = 2',
    'INSERT a',
  ],
  ['an UPDATE', 'UPDATE ONLY a SET x = 1, y = 2 WHERE id = 3', 'UPDATE a'],
  ['an UPDATE FROM', 'UPDATE a AS t SET x = b.x FROM b, c WHERE t.id = b.id', 'UPDATE a b c'],
  ['an UPDATE with a query', 'UPDATE a SET x = (SELECT max(y) FROM b)', 'UPDATE a SELECT b'],
  ['a DELETE', 'DELETE FROM a WHERE id = 1', 'DELETE a'],
  ['a DELETE USING', 'DELETE FROM a USING b, c WHERE a.id = b.id', 'DELETE a b c'],
  [
    'a MERGE',
    'MERGE INTO t USING (SELECT * FROM s) x ON t.id = x.id WHEN MATCHED THEN UPDATE SET y = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)',
    'MERGE t SELECT s',
  ],
  ['a TRUNCATE', 'TRUNCATE TABLE ONLY a, b RESTART IDENTITY', 'TRUNCATE a b'],
  ['a COPY of a table', "COPY users (a, b) FROM '/tmp/x' WITH (FORMAT csv)", 'COPY users'],
  ['a COPY of a query', 'COPY (SELECT * FROM users) TO STDOUT', 'COPY SELECT users'],
  ['a CALL', "CALL admin.cleanup(1, 'x')", 'CALL admin.cleanup'],
];

const commands: readonly Case[] = [
  ['a transaction', 'BEGIN ISOLATION LEVEL SERIALIZABLE', 'BEGIN'],
  ['START TRANSACTION in two words', 'START TRANSACTION READ ONLY', 'START TRANSACTION'],
  ['a commit', 'COMMIT', 'COMMIT'],
  ['a savepoint without its generated name', 'SAVEPOINT sp_17; ROLLBACK TO SAVEPOINT sp_17', 'SAVEPOINT ROLLBACK'],
  ['several statements', 'BEGIN; UPDATE a SET x = 1; COMMIT;', 'BEGIN UPDATE a COMMIT'],
  ['repeated statements once', 'INSERT INTO a VALUES (1); INSERT INTO a VALUES (2); SELECT 1', 'INSERT a SELECT'],
  ['a statement behind an unclosed parenthesis', 'SELECT (1; SELECT * FROM b', 'SELECT SELECT b'],
  ['CREATE TABLE', 'CREATE TEMP TABLE IF NOT EXISTS x.y (id int REFERENCES z (id))', 'CREATE TABLE x.y'],
  ['CREATE TABLE AS', 'CREATE TABLE x AS WITH q AS (SELECT 1) SELECT * FROM q, y', 'CREATE TABLE x SELECT SELECT y'],
  ['CREATE TABLE WITH', 'CREATE TABLE x WITH (fillfactor = 70) AS SELECT * FROM y', 'CREATE TABLE x SELECT y'],
  ['CREATE VIEW', 'CREATE OR REPLACE VIEW v AS SELECT * FROM a', 'CREATE VIEW v SELECT a'],
  ['a materialized view', 'REFRESH MATERIALIZED VIEW CONCURRENTLY v', 'REFRESH MATERIALIZED VIEW v'],
  ['CREATE INDEX', 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)', 'CREATE INDEX i'],
  ['an index without a name', 'CREATE INDEX ON t (a)', 'CREATE INDEX'],
  ['ALTER TABLE', 'ALTER TABLE IF EXISTS ONLY t ADD COLUMN a int, DROP COLUMN b', 'ALTER TABLE t'],
  ['DROP TABLE', 'DROP TABLE IF EXISTS a, b CASCADE', 'DROP TABLE a b'],
  [
    'CREATE FUNCTION',
    'CREATE FUNCTION f(x int) RETURNS int AS $$ SELECT 1 FROM t $$ LANGUAGE sql',
    'CREATE FUNCTION f',
  ],
  ['no name of a user', "CREATE USER bob PASSWORD 'x'", 'CREATE USER'],
  ['privileges as no query', 'GRANT SELECT, INSERT ON t TO bob', 'GRANT'],
  ['EXPLAIN', 'EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM a', 'EXPLAIN SELECT a'],
  ['EXPLAIN of a change', 'EXPLAIN ANALYZE DELETE FROM a', 'EXPLAIN DELETE a'],
  ['SHOW', 'SHOW search_path', 'SHOW search_path'],
  ['SET without its value', "SET LOCAL app.tenant = 'x'", 'SET app.tenant'],
  ['DECLARE without the cursor', 'DECLARE c17 CURSOR WITH HOLD FOR SELECT * FROM a', 'DECLARE SELECT a'],
  ['FETCH without the cursor', 'FETCH 100 FROM c17', 'FETCH'],
  ['PREPARE by its statement', 'PREPARE p (int) AS INSERT INTO a VALUES ($1)', 'PREPARE INSERT a'],
  ['VACUUM', 'VACUUM (VERBOSE, ANALYZE) a, b', 'VACUUM a b'],
  ['VALUES', "VALUES (1, 'a'), (2, 'b')", 'VALUES'],
  ['TABLE', 'TABLE users', 'TABLE users'],
  ['a statement behind comments', '-- why\n/* who /* nested */ */ SELECT * FROM a', 'SELECT a'],
  ['no keyword of a hint', '/*+ SeqScan(b) SELECT FROM c */ SELECT * FROM a', 'SELECT a'],
  ['nothing but comments as nothing', '-- only\n/* comments */ ;', ''],
  ['a text that is no SQL as nothing', 'hunter2 is not a statement', ''],
  ['an unfinished statement', 'SELECT * FROM WHERE', 'SELECT'],
];

describe('the summary of a PostgreSQL statement', () => {
  for (const [what, sql, summary] of [...queries, ...commonTables, ...changes, ...commands]) {
    verifies('D3', `gives ${what}`, () => {
      expect(describeSql(sql, 'postgresql').summary).toBe(summary);
    });
  }
});
