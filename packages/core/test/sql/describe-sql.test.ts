import { verifies } from '@otelier/testkit';
import { analyzeSql, describeSql, type SqlDialect } from '../../src/sql/describe-sql.js';
import { countCharacters } from './work-counter.js';

const dialects: readonly SqlDialect[] = ['postgresql', 'mysql'];

describe('describeSql', () => {
  it.each([undefined, null, 7, {}, Symbol('sql')])('describes %p, which is no string, with empty strings', (value) => {
    expect(describeSql(value as never, 'postgresql')).toEqual({ summary: '', sanitizedText: '' });
  });

  it.each(['', ' \n ', ';'])('gives no summary of %j', (text) => {
    expect(describeSql(text, 'mysql').summary).toBe('');
  });

  it('reads an unknown dialect as PostgreSQL', () => {
    expect(describeSql('SELECT "a" FROM t', 'sqlite' as never).sanitizedText).toBe('SELECT "a" FROM t');
  });

  it('gives the same frozen description for the same text', () => {
    const description = describeSql('SELECT same FROM t', 'mysql');
    expect(describeSql(['SELECT same', 'FROM t'].join(' '), 'mysql')).toBe(description);
    expect(Object.isFrozen(description)).toBe(true);
  });

  it('keeps the dialects apart', () => {
    const text = 'SELECT "apart" FROM t';
    expect(describeSql(text, 'mysql').sanitizedText).toBe('SELECT ? FROM t');
    expect(describeSql(text, 'postgresql').sanitizedText).toBe(text);
  });
});

describe('a backslash before a quote', () => {
  const rows: readonly [string, SqlDialect, string, string][] = [
    ['escapes in MySQL', 'mysql', String.raw`SELECT 'O\'Brien', x FROM t`, 'SELECT ?, x FROM t'],
    ['escapes twice in MySQL', 'mysql', String.raw`SELECT 'O\'x', y, 'P\'z' FROM t`, 'SELECT ?, y, ? FROM t'],
    ['ends a string in PostgreSQL', 'postgresql', String.raw`SELECT 'C:\', x FROM t`, 'SELECT ?, x FROM t'],
    [
      'ends an ESCAPE clause',
      'postgresql',
      String.raw`SELECT a LIKE 'x\_%' ESCAPE '\' FROM t`,
      'SELECT a LIKE ? ESCAPE ? FROM t',
    ],
    [
      'hides the rest where MySQL runs with NO_BACKSLASH_ESCAPES',
      'mysql',
      String.raw`SELECT a, 'x\', 'secret'`,
      'SELECT a, ?',
    ],
    [
      'hides the rest where PostgreSQL has no standard strings',
      'postgresql',
      String.raw`SELECT a, 'x\'secret'`,
      'SELECT a, ?',
    ],
    ['hides the rest where both readings are SQL', 'mysql', String.raw`SELECT a, 'x\' -- ', secret`, 'SELECT a, ?'],
    ['hides the rest where neither reading is SQL', 'mysql', String.raw`SELECT a, 'x\'y' 'secret`, 'SELECT a, ?'],
    ['hides all where the text begins with it', 'postgresql', String.raw`'x\' -- ', secret`, '?'],
    [
      'counts only after an even run of backslashes',
      'mysql',
      String.raw`SELECT 'x\\', secret FROM t`,
      'SELECT ?, secret FROM t',
    ],
  ];
  for (const [what, dialect, sql, text] of rows) {
    verifies('D4', what, () => {
      expect(describeSql(sql, dialect).sanitizedText).toBe(text);
    });
  }

  verifies('D4', 'keeps what the summary knew before it', () => {
    expect(describeSql(String.raw`SELECT * FROM a WHERE b = 'x\' -- ' JOIN c`, 'mysql').summary).toBe('SELECT a');
  });
});

describe('the bounds of a description', () => {
  verifies('D3', 'cut a summary before the name that does not fit', () => {
    const tables = Array.from({ length: 100 }, (_, index) => `table_${index}`);
    const { summary } = describeSql(`SELECT * FROM ${tables.join(', ')}`, 'postgresql');
    expect(summary.length).toBeLessThanOrEqual(255);
    expect(`SELECT ${tables.join(' ')} `.startsWith(`${summary} `)).toBe(true);
    expect(summary.length).toBeGreaterThan(240);
  });

  verifies('D3', 'leave a name out that is too long by itself, and all after it', () => {
    expect(describeSql(`SELECT * FROM ${'x'.repeat(300)}, short`, 'mysql').summary).toBe('SELECT');
  });

  verifies('D4', 'cut a text of more than 4,096 characters and mark it', () => {
    const columns = Array.from({ length: 2000 }, (_, index) => `c${index} = 1`).join(' AND ');
    const { sanitizedText } = describeSql(`SELECT * FROM t WHERE ${columns}`, 'postgresql');
    expect(sanitizedText).toHaveLength(4096);
    expect(sanitizedText.endsWith('…')).toBe(true);
  });

  verifies('D4', 'cut no surrogate pair in two', () => {
    for (const padding of ['', 'x']) {
      const { sanitizedText } = describeSql(`SELECT ${padding}${'😀'.repeat(3000)}`, 'mysql');
      expect(() => encodeURIComponent(sanitizedText)).not.toThrow();
    }
  });

  verifies('D4', 'shorten a bulk insert of any length to the same text', () => {
    const insert = (rows: number): string => `INSERT INTO t VALUES ${Array(rows).fill("(1, 'it\\'s')").join(', ')}`;
    expect(describeSql(insert(3000), 'mysql').sanitizedText).toBe('INSERT INTO t VALUES (?, ?)');
  });

  verifies('D4', 'leave out what stands behind 64 KiB, without showing what was cut in two', () => {
    for (const dialect of dialects) {
      for (let offset = 0; offset < 40; offset += 4) {
        const head = `SELECT f(${'1,'.repeat(20)}'${'x'.repeat(65_460)}'`;
        const sql = `${head}${' '.repeat(offset)}, 'secret $1$ it', "a" /* secret */, ${'y'.repeat(100)}`;
        const { summary, sanitizedText } = describeSql(sql, dialect);
        expect(summary).toBe('SELECT');
        expect(sanitizedText).not.toContain('secret');
        expect(sanitizedText.endsWith('…')).toBe(true);
      }
    }
  });
});

describe('the work that a description takes', () => {
  const shapes: Readonly<Record<string, (count: number) => string>> = {
    'a long IN list': (count) => `SELECT * FROM t WHERE a IN (${'1, '.repeat(count)}1)`,
    'nested IN lists': (count) => `SELECT ${'a IN ('.repeat(count)}1${', 1)'.repeat(count)}`,
    'many rows': (count) => `INSERT INTO t VALUES ${"(1, 'it\\'s'), ".repeat(count)}(2)`,
    'open parentheses': (count) => `SELECT ${'('.repeat(count)}`,
    'open queries': (count) => '(SELECT a FROM '.repeat(count),
    'open comments': (count) => '/* '.repeat(count),
    'open hints': (count) => `${'/*+ '.repeat(count)}*/`,
    'dollar tags': (count) => `SELECT $${'a'.repeat(count)}$ ${'$a'.repeat(count)}`,
    'dollar signs': (count) => `SELECT ${'$a'.repeat(count)}`,
    'backslashes and quotes': (count) => `SELECT '${"\\'".repeat(count)}`,
    quotes: (count) => `SELECT ${'\' " ` '.repeat(count)}`,
    'a qualified name': (count) => `SELECT * FROM a${'.a'.repeat(count)}`,
    'common tables': (count) => `WITH ${'a AS (SELECT 1), '.repeat(count)}b AS (SELECT 2) SELECT 3`,
    statements: (count) => 'SELECT 1;'.repeat(count),
    'different statements': (count) => Array.from({ length: count }, (_, id) => `DROP TABLE t${1e5 + id};`).join(''),
    'different dollar tags': (count) => Array.from({ length: count }, (_, id) => `$a${1e5 + id}$ `).join(''),
    'closed dollar quotes': (count) => `SELECT ${"$a$ ' $a$, ".repeat(count)}1`,
    'dollar quotes with almost their ends': (count) => `SELECT $abc$ ${'$ab$abd'.repeat(count)}`,
    'continued strings': (count) => `SELECT E'a'${"\n'\\''".repeat(count)}`,
    'backslashes before both quotes': (count) => `SELECT ${`'\\"' "\\'" `.repeat(count)}`,
    'strings that each reading ends elsewhere': (count) => `SELECT ${"'\\', ' x ".repeat(count)}`,
    'signs of numbers': (count) => `SELECT 1${'e+1'.repeat(count)}`,
    'minus signs': (count) => `SELECT ${'- '.repeat(count)}1`,
    'line comments': (count) => `SELECT 1 ${"-- ' \n# \"\n".repeat(count)}`,
    'closed hints': (count) => `SELECT ${"/*+ a 'b' */ ".repeat(count)}1`,
    'executable comments': (count) => `SELECT ${"/*!50000 'a' */ ".repeat(count)}1`,
    'nested comments': (count) => `SELECT ${'/*'.repeat(count)} ${'*/'.repeat(count)} 1`,
    'comment ends': (count) => `SELECT /*+ ${'* / '.repeat(count)}*/ 1`,
    'lists of lists': (count) => `SELECT a IN (${'((1), (2)), '.repeat(count)}(1))`,
    'casts and arrays': (count) => `SELECT ${"'a'::text[1:2]::json->'b', ".repeat(count)}1`,
    'placeholders and variables': (count) => `SELECT ${'$1 ? :a @b @@c.d.e '.repeat(count)}`,
    joins: (count) => `SELECT * FROM t${' JOIN u ON a = b'.repeat(count)}`,
    'queries within joins': (count) => `SELECT * FROM t${' JOIN (SELECT 1 FROM u) AS v ON true'.repeat(count)}`,
    'open common tables': (count) => 'WITH RECURSIVE a AS ( '.repeat(count),
    'quoted names': (count) => `SELECT * FROM ${'"a""b"."c", '.repeat(count)}d`,
    'white space': (count) => `SELECT${' \t\n\u00a0'.repeat(count)}1`,
    'surrogates': (count) => `SELECT '${'😀'.repeat(count)}' ${'\ud83d'.repeat(count)}`,
    'control characters': (count) => '\0\u2028\u0007'.repeat(count),
    unions: (count) => `SELECT 1 FROM a${' UNION SELECT 2 FROM b'.repeat(count)}`,
    'rows of placeholders': (count) => `INSERT INTO t VALUES ${'(?, $1, NULL), '.repeat(count)}(1, 2, 3)`,
    conditions: (count) => `SELECT 1 WHERE ${"a = 'b' AND (c < 1 OR ".repeat(count)}1${')'.repeat(count)}`,
    'routine bodies': (count) => `CREATE PROCEDURE p() BEGIN ${'SELECT 1; '.repeat(count)}END`,
  };

  function textOf(shape: (count: number) => string, length: number): string {
    const unit = (shape(200).length - shape(100).length) / 100;
    return shape(Math.floor(length / unit));
  }

  for (const [what, shape] of Object.entries(shapes)) {
    verifies('D4', `grows in proportion to the length of ${what}`, () => {
      for (const dialect of dialects) {
        const [short = 0, long = 0] = [8_000, 60_000].map((length) => {
          const text = textOf(shape, length);
          return countCharacters(() => analyzeSql(text, dialect)) / text.length;
        });
        expect(long).toBeLessThan(short * 1.2);
      }
    });
  }
});
