import { verifies } from '@otelier/testkit';
import { describeSql } from '../../src/sql/describe-sql.js';

type Case = readonly [what: string, sql: string, text: string];

const literals: readonly Case[] = [
  ['replaces a string', "SELECT 'secret'", 'SELECT ?'],
  ['replaces a string with a doubled quote', "SELECT 'it''s', x", 'SELECT ?, x'],
  ['replaces an empty string', "SELECT '' FROM t", 'SELECT ? FROM t'],
  ['replaces a string over lines', "SELECT 'a\nb', x", 'SELECT ?, x'],
  ['replaces an escape string', String.raw`SELECT E'it\'s', e'\\', x`, 'SELECT ?, ?, x'],
  ['replaces a continued escape string', "SELECT E'a'\n'it\\'s', x", 'SELECT ?, x'],
  ['replaces a continued string once', "SELECT 'a'\n'b', x", 'SELECT ?, x'],
  ['replaces a dollar-quoted string', "SELECT $$it's$$, x", 'SELECT ?, x'],
  ['replaces a tagged dollar-quoted string', "SELECT $a_1$it's $$ $b$ $a_1$, x", 'SELECT ?, x'],
  ['replaces a Unicode string', String.raw`SELECT U&'d\0061t' FROM t`, 'SELECT ? FROM t'],
  ['replaces national and bit strings', "SELECT N'a', n'b', B'01', X'1F'", 'SELECT ?, ?, ?, ?'],
  ['replaces a typed literal', "SELECT DATE '2020-01-01' + INTERVAL '1 day'", 'SELECT DATE ? + INTERVAL ?'],
  ['replaces integers', 'SELECT 1, 23 FROM t LIMIT 10', 'SELECT ?, ? FROM t LIMIT ?'],
  ['replaces decimals whole', 'SELECT 12.5, .5, 5., 1.5e10, 1E-5, 2e+3', 'SELECT ?, ?, ?, ?, ?, ?'],
  ['replaces prefixed and grouped numbers', 'SELECT 0xDEAD_beef, 0b01, 0o17, 1_000.5', 'SELECT ?, ?, ?, ?'],
  [
    'takes a sign into the number',
    'SELECT -5, - 5, +5, (-5), x = -5, x IN (-5)',
    'SELECT ?, ?, ?, (?), x = ?, x IN (?)',
  ],
  ['leaves an operator before a number', 'SELECT a - 5, a -5, (a)-5, a*-5', 'SELECT a - ?, a -?, (a)-?, a*?'],
  ['replaces a number before a string', "SELECT 1'a'", 'SELECT ?'],
  ['replaces a dollar quote behind a number', 'SELECT 1$a$ secret $a$, x', 'SELECT ?, x'],
  ['keeps true, false and null', 'SELECT TRUE, false, NULL', 'SELECT TRUE, false, NULL'],
  ['replaces a password', "ALTER USER bob PASSWORD 'secret'", 'ALTER USER bob PASSWORD ?'],
  ['replaces the body of a function', "DO $x$ BEGIN PERFORM 'secret'; END $x$", 'DO ?'],
];

const kept: readonly Case[] = [
  ['keeps numbered placeholders', 'SELECT $1::text, $23', 'SELECT $1::text, $23'],
  ['keeps named placeholders', 'SELECT :name, ?', 'SELECT :name, ?'],
  ['keeps a cast', "SELECT '1'::int, x::numeric(10,2)", 'SELECT ?::int, x::numeric(?,?)'],
  ['keeps digits in names', 'SELECT t1.col_2 FROM "T 3" t1', 'SELECT t1.col_2 FROM "T 3" t1'],
  ['keeps a Unicode name', String.raw`SELECT U&"d\0061ta"`, String.raw`SELECT U&"d\0061ta"`],
  ['keeps a dollar in a name', 'SELECT a$b$c FROM t$', 'SELECT a$b$c FROM t$'],
  ['keeps letters beyond ASCII', 'SELECT größe FROM 表', 'SELECT größe FROM 表'],
  [
    'keeps JSON operators',
    `SELECT d->>'k', d #>> '{a}', d->-1, d ? 'k', d @> '{}'`,
    'SELECT d->>?, d #>> ?, d->?, d ? ?, d @> ?',
  ],
  ['keeps arrays', "SELECT ARRAY[1, 'b'], a[1:2], '{1,2}'::int[]", 'SELECT ARRAY[?, ?], a[?:?], ?::int[]'],
  ['keeps the case of keywords', 'select * From t', 'select * From t'],
  ['joins white space', ' SELECT\t*\r\n  FROM  t ', 'SELECT * FROM t'],
  ['keeps a quoted line break as a space', 'SELECT "a\nb"', 'SELECT "a b"'],
];

const comments: readonly Case[] = [
  ['removes a line comment', 'SELECT a -- secret\nFROM t', 'SELECT a FROM t'],
  ['removes a line comment at the end', 'SELECT a --secret', 'SELECT a'],
  ['removes a line comment before a carriage return', 'SELECT a -- secret\rFROM t', 'SELECT a FROM t'],
  ['removes a block comment', 'SELECT/* secret */a', 'SELECT a'],
  ['removes nested comments', 'SELECT a /* x /* y */ secret */ FROM t', 'SELECT a FROM t'],
  ['removes a comment with a quote', "SELECT a /* don't */ FROM t", 'SELECT a FROM t'],
  ['finds no comment in a string', "SELECT '--', '/*', x", 'SELECT ?, ?, x'],
  ['finds no comment in a name', 'SELECT "--", x', 'SELECT "--", x'],
  ['keeps a hint without its literals', "SELECT /*+ Rows(a 10) Set(x 'y')*/ 1", 'SELECT /*+ Rows(a ?) Set(x ?) */ ?'],
  ['hides the rest behind a hint with a comment in it', 'SELECT /*+ a /* b */ c */ d', 'SELECT /*+ a ?'],
  ['hides the rest behind a hint with a comment end in a string', "SELECT /*+ 'a*/ secret' */ d", 'SELECT /*+ ?'],
  ['finds no executable comment', 'SELECT /*! secret */ a', 'SELECT a'],
];

const unclosed: readonly Case[] = [
  ['hides an unclosed string', "SELECT a, 'secret", 'SELECT a, ?'],
  ['hides an unclosed escape string', "SELECT E'secret\\'", 'SELECT ?'],
  ['hides an unclosed name', 'SELECT a, "secret', 'SELECT a, ?'],
  ['hides an unclosed dollar quote', 'SELECT $a$secret$b$', 'SELECT ?'],
  ['hides an unclosed comment', 'SELECT a /* secret', 'SELECT a ?'],
  ['hides an unclosed nested comment', 'SELECT a /* /* */ secret', 'SELECT a ?'],
  ['hides an unclosed hint', 'SELECT /*+ secret', 'SELECT ?'],
];

const lists: readonly Case[] = [
  ['shortens an IN list', "SELECT a IN (1, 2, 3), b IN ('x','y')", 'SELECT a IN (?), b IN (?)'],
  ['shortens an IN list of placeholders', 'SELECT a IN ($1, $2, $3), b IN (?, ?)', 'SELECT a IN ($1), b IN (?)'],
  ['shortens an IN list of tuples', 'SELECT (a, b) IN ((1, 2), (3, 4))', 'SELECT (a, b) IN ((?, ?))'],
  ['shortens an IN list of casts', "SELECT a NOT IN ('x'::uuid, 'y'::uuid)", 'SELECT a NOT IN (?::uuid)'],
  ['shortens an IN list of calls', "SELECT a IN (lower('x'), lower('y'))", 'SELECT a IN (lower(?))'],
  ['shortens an IN list with a null', 'SELECT a IN (1, NULL, -2)', 'SELECT a IN (?)'],
  ['keeps an IN list of columns', 'SELECT a IN (b, c, 1, 2)', 'SELECT a IN (b, c, ?, ?)'],
  ['keeps a query in IN', 'SELECT a IN (SELECT b FROM c)', 'SELECT a IN (SELECT b FROM c)'],
  ['keeps arguments of a function', 'SELECT f(1, 2)', 'SELECT f(?, ?)'],
  [
    'shortens rows of VALUES',
    "INSERT INTO t VALUES (1, 'a'), (2, NULL), (3, now()) RETURNING id",
    'INSERT INTO t VALUES (?, ?) RETURNING id',
  ],
  ['shortens rows of placeholders', 'INSERT INTO t VALUES ($1, $2), ($3, $4)', 'INSERT INTO t VALUES ($1, $2)'],
  ['shortens rows in a table', 'SELECT * FROM (VALUES (1), (2)) AS v, a', 'SELECT * FROM (VALUES (?)) AS v, a'],
  [
    'keeps a row with a query',
    'INSERT INTO t VALUES (1), ((SELECT x FROM y)), (2)',
    'INSERT INTO t VALUES (?), ((SELECT x FROM y))',
  ],
];

const settings: readonly Case[] = [
  ['replaces the word that a setting gets', 'SET app.tenant TO hunter2', 'SET app.tenant TO ?'],
  ['replaces the word behind an equals sign', 'set local app.password=hunter2', 'set local app.password=?'],
  ['replaces a quoted name that a setting gets', 'SET SESSION app.password = "hunter2"', 'SET SESSION app.password = ?'],
  ['replaces each word of a setting', 'SET search_path TO hunter2, public, a.b', 'SET search_path TO ?, ?, ?.?'],
  ['replaces a word between a sign and numbers', 'SET app.pin = hunter-2', 'SET app.pin = ?-?'],
  ['replaces the setting of a role', 'ALTER ROLE bob IN DATABASE shop SET app.y = hunter2', 'ALTER ROLE bob IN DATABASE shop SET app.y = ?'],
  ['replaces the setting of a database', 'ALTER DATABASE shop SET app.y TO hunter2', 'ALTER DATABASE shop SET app.y TO ?'],
  ['replaces the setting of a server', 'ALTER SYSTEM SET app.y = hunter2', 'ALTER SYSTEM SET app.y = ?'],
  ['replaces the user of a session', 'SET SESSION AUTHORIZATION hunter2', 'SET SESSION AUTHORIZATION ?'],
  ['replaces the setting of each statement', 'SET a = b; SELECT c; SET d TO e', 'SET a = ?; SELECT c; SET d TO ?'],
  ['replaces a setting behind a comment', '/* SET */ SET a = hunter2', 'SET a = ?'],
  ['replaces the role of a session', 'SET LOCAL ROLE hunter2; SET role TO "hunter2"', 'SET LOCAL ROLE ?; SET role TO ?'],
  ['replaces the words of a setting in parentheses', 'SET a = (hunter2, b)', 'SET a = (?, ?)'],
  ['replaces the words behind one that ends a setting elsewhere', 'SET a = b FOR hunter2', 'SET a = ? ? ?'],
  ['replaces a setting behind a hint', '/*+ x ( */ SET a = hunter2', '/*+ x ( */ SET a = ?'],
  ['keeps the role that is none', 'SET ROLE NONE', 'SET ROLE NONE'],
  ['keeps what is no value of a setting', 'SET a = DEFAULT; SET b TO off; SET c = On', 'SET a = DEFAULT; SET b TO off; SET c = On'],
  ['keeps the words of a transaction', 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'],
  ['keeps the setting that is taken over', 'ALTER ROLE bob SET a FROM CURRENT', 'ALTER ROLE bob SET a FROM CURRENT'],
  ['keeps the columns of an UPDATE', 'UPDATE t SET a = b, c = d', 'UPDATE t SET a = b, c = d'],
  ['keeps the new name of a role', 'ALTER ROLE bob RENAME TO bill', 'ALTER ROLE bob RENAME TO bill'],
];

describe('the text of a PostgreSQL statement', () => {
  for (const [what, sql, text] of [...literals, ...kept, ...comments, ...unclosed, ...lists, ...settings]) {
    verifies('D4', what, () => {
      expect(describeSql(sql, 'postgresql').sanitizedText).toBe(text);
    });
  }
});
