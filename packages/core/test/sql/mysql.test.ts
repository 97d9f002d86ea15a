import { verifies } from '@otelier/testkit';
import { describeSql } from '../../src/sql/describe-sql.js';

type Case = readonly [what: string, sql: string, expected: string];

const summaries: readonly Case[] = [
  ['a quoted name', 'SELECT * FROM `users` u JOIN `shop`.`order list` o ON true', 'SELECT `users` `shop`.`order list`'],
  ['a name with a doubled quote', 'SELECT * FROM `a``b`, c', 'SELECT `a``b` c'],
  ['STRAIGHT_JOIN', 'SELECT * FROM a STRAIGHT_JOIN b ON true', 'SELECT a b'],
  [
    'index hints as no tables',
    'SELECT * FROM a USE INDEX FOR JOIN (i) FORCE INDEX FOR ORDER BY (i) JOIN b',
    'SELECT a b',
  ],
  ['a partition as no table', 'SELECT * FROM a PARTITION (p0, p1), b', 'SELECT a b'],
  ['no double-quoted string as a table', 'SELECT * FROM "secret"', 'SELECT'],
  ['INSERT without INTO', 'INSERT IGNORE t SET a = 1', 'INSERT t'],
  ['ON DUPLICATE KEY', 'INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a), b = 2', 'INSERT t'],
  ['REPLACE', 'REPLACE LOW_PRIORITY INTO t SELECT * FROM u', 'REPLACE t SELECT u'],
  ['an UPDATE of a join', 'UPDATE a JOIN b ON a.x = b.x SET a.y = 1, b.y = 2', 'UPDATE a b'],
  ['a DELETE by alias', 'DELETE t FROM a t JOIN b USING (id, k) WHERE b.x = 1', 'DELETE a b'],
  ['a DELETE USING', 'DELETE FROM a USING a JOIN b USING (id)', 'DELETE a a b'],
  [
    'a trigger without its body',
    'CREATE TRIGGER g BEFORE INSERT ON x FOR EACH ROW BEGIN DELETE FROM z; END',
    'CREATE TRIGGER g',
  ],
  ['a procedure with a definer', 'CREATE DEFINER=`root`@`%` PROCEDURE p() BEGIN SELECT 1; END', 'CREATE PROCEDURE p'],
  ['CREATE TABLE of a query', 'CREATE TABLE x SELECT * FROM y', 'CREATE TABLE x SELECT y'],
  ['RENAME TABLE', 'RENAME TABLE a TO b, c TO d', 'RENAME TABLE a c'],
  ['SHOW COLUMNS', "SHOW FULL COLUMNS FROM users LIKE 'a%'", 'SHOW FULL COLUMNS users'],
  ['SHOW CREATE TABLE', 'SHOW CREATE TABLE `users`', 'SHOW CREATE TABLE `users`'],
  ['SET of a variable', 'SET @a = 1, @b = 2', 'SET'],
  ['SET NAMES', "SET NAMES 'utf8mb4'", 'SET NAMES'],
  ['USE', 'USE `shop`', 'USE `shop`'],
  ['LOAD DATA', "LOAD DATA INFILE '/x' INTO TABLE t (a, b)", 'LOAD t'],
  ['LOCK TABLES', 'LOCK TABLES a WRITE, b READ', 'LOCK a b'],
  ['a statement in an executable comment', "/*!50001 CREATE VIEW v AS SELECT 'x' FROM t */", 'CREATE VIEW v SELECT t'],
  ['VALUES ROW', 'VALUES ROW(1, 2), ROW(3, 4)', 'VALUES'],
  ['a CTE', 'WITH c AS (SELECT * FROM a) UPDATE b JOIN c ON true SET b.x = 1', 'SELECT a UPDATE b'],
];

const texts: readonly Case[] = [
  ['replaces the word that a variable gets', 'SET @a = hunter2, GLOBAL b := hunter2', 'SET @a = ?, GLOBAL b := ?'],
  ['replaces a word that an executable comment sets', '/*!40101 SET a = hunter2 */', '/*! SET a = ? */'],
  ['replaces the words in the call that a variable gets', 'SET @a = IF(@b, (hunter2), c), d = e', 'SET @a = ?(@b, (?), ?), d = ?'],
  [
    'replaces the words behind a query that a variable gets',
    'SET @a = IF((SELECT (b) FROM c FOR UPDATE), hunter2, d), e = hunter2',
    'SET @a = ?((SELECT (b) FROM c FOR UPDATE), ?, ?), e = ?',
  ],
  ['replaces each statement behind an open query', 'SET @a = (SELECT b; SET c = d, e = f', 'SET @a = (SELECT b; SET c = ?, e = ?'],
  ['replaces the roles of a user', 'SET DEFAULT ROLE hunter2 TO bob', 'SET DEFAULT ROLE ? TO ?'],
  ['keeps a query within a query', 'SET @a = (SELECT b, (SELECT c), d FROM e)', 'SET @a = (SELECT b, (SELECT c), d FROM e)'],
  ['keeps the statement behind a stray parenthesis', 'SET STATEMENT a) = b FOR SELECT c', 'SET STATEMENT a) = ? FOR SELECT c'],
  ['keeps the character set of a database', 'ALTER DATABASE a CHARACTER SET = b', 'ALTER DATABASE a CHARACTER SET = b'],
  ['keeps the query that a variable gets', 'SET @a = (SELECT b FROM c WHERE d = e)', 'SET @a = (SELECT b FROM c WHERE d = e)'],
  ['keeps the statement behind its settings', 'SET STATEMENT a = b FOR SELECT c FROM d', 'SET STATEMENT a = ? FOR SELECT c FROM d'],
  ['keeps the character set of a session', 'SET NAMES utf8mb4', 'SET NAMES utf8mb4'],
  ['keeps the columns of an INSERT with SET', 'INSERT INTO t SET a = b', 'INSERT INTO t SET a = b'],
  ['replaces strings in both quotes', `SELECT 'a', "b""c", "it's" FROM t`, 'SELECT ?, ?, ? FROM t'],
  ['replaces a string with an escaped quote', String.raw`SELECT 'O\'Brien', "a\"b", x`, 'SELECT ?, ?, x'],
  ['replaces a string that ends with a backslash', String.raw`SELECT 'a\\', 'b', x`, 'SELECT ?, ?, x'],
  ['replaces neighbouring strings once', `SELECT 'a' "b" FROM t`, 'SELECT ? FROM t'],
  ['replaces a string with its introducer', "SELECT _utf8mb4'a', _latin1 'b', N'c'", 'SELECT ?, ?, ?'],
  ['replaces bit and hexadecimal values', "SELECT x'1F', X'1F', b'01', 0x1F, 0b01", 'SELECT ?, ?, ?, ?, ?'],
  ['replaces numbers', 'SELECT 12.5, 1e-5, -3, a-3 LIMIT 5, 10', 'SELECT ?, ?, ?, a-? LIMIT ?, ?'],
  ['replaces an account', "CREATE USER 'bob'@'%' IDENTIFIED BY 'pw'", 'CREATE USER ?@? IDENTIFIED BY ?'],
  ['replaces a quoted variable', 'SELECT @`a`, @"b"', 'SELECT @`a`, @?'],
  ['keeps variables', 'SELECT @a := 5, @@session.sql_mode, @b.c', 'SELECT @a := ?, @@session.sql_mode, @b.c'],
  ['keeps placeholders', 'SELECT ?, :name', 'SELECT ?, :name'],
  ['keeps quoted names', 'SELECT `a b`.`c1` FROM `t``1`', 'SELECT `a b`.`c1` FROM `t``1`'],
  ['keeps a dollar in a name', 'SELECT $a, b$c FROM t', 'SELECT $a, b$c FROM t'],
  ['keeps JSON operators', "SELECT d->'$.a', d->>'$.b'", 'SELECT d->?, d->>?'],
  ['removes a hash comment', 'SELECT a # secret\nFROM t', 'SELECT a FROM t'],
  ['removes a dash comment', 'SELECT a -- secret\nFROM t --', 'SELECT a FROM t'],
  ['keeps a double minus', 'SELECT a--b, 5--3', 'SELECT a--b, ?-?'],
  ['ends a block comment at its first end', 'SELECT /* a /* b */ c', 'SELECT c'],
  [
    'keeps a hint without its literals',
    'SELECT /*+ MAX_EXECUTION_TIME(1000) */ a',
    'SELECT /*+ MAX_EXECUTION_TIME(?) */ a',
  ],
  ['reads an executable comment', "SELECT /*!80013 'secret', */ a", 'SELECT /*! ?, */ a'],
  ['reads an executable comment of MariaDB', "SELECT /*M!100100 'secret', */ a", 'SELECT /*! ?, */ a'],
  ['hides the rest behind a comment end in a string', "/*! SELECT 'a*/ secret', 'b' */", '/*! SELECT ?'],
  ['hides the rest behind a comment end in a comment', '/*! SELECT a -- */ secret\n */', '/*! SELECT a ?'],
  ['hides the rest behind an inner comment', "/*! SELECT /* 'x*/ secret */", '/*! SELECT ?'],
  ['hides an unclosed string', 'SELECT a, "secret', 'SELECT a, ?'],
  ['hides an unclosed name', 'SELECT a, `secret', 'SELECT a, ?'],
  ['hides an unclosed comment', 'SELECT a /* secret', 'SELECT a ?'],
  ['shortens an IN list', `SELECT a IN (1, "b", 'c', 0x1F)`, 'SELECT a IN (?)'],
  ['shortens an IN list of calls', 'SELECT a IN (UUID_TO_BIN(?), UUID_TO_BIN(?))', 'SELECT a IN (UUID_TO_BIN(?))'],
  ['shortens rows of VALUES', "INSERT INTO t VALUES (1,'it\\'s'),(2,NULL) AS n", 'INSERT INTO t VALUES (?,?) AS n'],
  ['shortens rows of VALUES ROW', 'VALUES ROW(1, 2), ROW(3, 4)', 'VALUES ROW(?, ?)'],
  [
    'keeps VALUES of a column',
    'INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a), b = VALUES(b)',
    'INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = VALUES(a), b = VALUES(b)',
  ],
];

describe('the summary of a MySQL statement', () => {
  for (const [what, sql, summary] of summaries) {
    verifies('D3', `gives ${what}`, () => {
      expect(describeSql(sql, 'mysql').summary).toBe(summary);
    });
  }
});

describe('the text of a MySQL statement', () => {
  for (const [what, sql, text] of texts) {
    verifies('D4', what, () => {
      expect(describeSql(sql, 'mysql').sanitizedText).toBe(text);
    });
  }
});
