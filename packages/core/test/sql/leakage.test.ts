import { verifies } from '@otelier/testkit';
import { format } from 'mysql2';
import pg from 'pg';
import { analyzeSql, type SqlDialect } from '../../src/sql/describe-sql.js';
import { SeededRandom } from './seeded-random.js';
import { secretStatement } from './statement-generator.js';

const dialects: readonly SqlDialect[] = ['postgresql', 'mysql'];
const ROUNDS = 4000;

/** Characters that mean something to a tokenizer, and some that do not. */
const HOSTILE = '\'"`\\$$aeEnxuU&_@:;?#-/**!+.,()[]=<>|%~0159 \t\n\r\u0000é\u2028\ud83d';

function leaks(sql: string, dialect: SqlDialect, secrets: readonly string[]): string[] {
  const { summary, sanitizedText } = analyzeSql(sql, dialect);
  return secrets.filter((secret) => summary.includes(secret) || sanitizedText.includes(secret));
}

describe('the description of a statement with secrets in it', () => {
  for (const dialect of dialects) {
    verifies('D4', `holds no literal and no comment of ${ROUNDS} generated ${dialect} statements`, () => {
      const random = new SeededRandom(20261121);
      for (let round = 0; round < ROUNDS; round += 1) {
        const { sql, secrets } = secretStatement(random, dialect);
        expect({ sql, leaks: leaks(sql, dialect, secrets) }).toEqual({ sql, leaks: [] });
      }
    });

    verifies('D4', `holds no literal of a ${dialect} statement that is cut anywhere`, () => {
      const random = new SeededRandom(7);
      for (let round = 0; round < ROUNDS; round += 1) {
        const { sql, secrets } = secretStatement(random, dialect);
        const cut = sql.slice(0, random.below(sql.length + 1));
        expect({ cut, leaks: leaks(cut, dialect, secrets) }).toEqual({ cut, leaks: [] });
      }
    });
  }

  verifies('D4', 'is the same for values that mysql2 inlines as for their placeholders', () => {
    const random = new SeededRandom(42);
    const sql = 'SELECT a FROM t JOIN u ON t.x = ? WHERE b = ? AND c = ?; INSERT INTO v (d) VALUES (?)';
    const expected = analyzeSql(sql, 'mysql');
    for (let round = 0; round < ROUNDS; round += 1) {
      const values = Array.from({ length: 4 }, () => random.text(HOSTILE, random.below(12)));
      const inlined = format(sql, values);
      const { summary, sanitizedText } = analyzeSql(inlined, 'mysql');
      const hidden = sanitizedText.endsWith('?') && expected.sanitizedText.startsWith(sanitizedText.slice(0, -1));
      expect({ inlined, summary, hidden }).toEqual({ inlined, summary: expect.any(String), hidden: true });
      expect(expected.summary.startsWith(summary)).toBe(true);
    }
  });

  verifies('D4', 'is the same for values that pg escapes as for their placeholders', () => {
    const random = new SeededRandom(43);
    const expected = analyzeSql('SELECT a FROM t WHERE b = ? AND c IN ( ? ) AND d = ? ORDER BY e', 'postgresql');
    for (let round = 0; round < ROUNDS; round += 1) {
      const [b, c, d] = Array.from({ length: 3 }, () => pg.escapeLiteral(random.text(HOSTILE, random.below(12))));
      const sql = `SELECT a FROM t WHERE b = ${b} AND c IN ( ${c} ) AND d = ${d} ORDER BY e`;
      expect({ sql, ...analyzeSql(sql, 'postgresql') }).toEqual({ sql, ...expected });
    }
  });

  verifies(['D4', 'X6'], 'is made of any characters without an error, on one line and within its bounds', () => {
    const random = new SeededRandom(3);
    for (let round = 0; round < ROUNDS; round += 1) {
      const sql =
        random.pick(['', 'SELECT ', 'WITH ', 'INSERT INTO ', '/*!']) + random.text(HOSTILE, random.below(200));
      for (const dialect of dialects) {
        const { summary, sanitizedText } = analyzeSql(sql, dialect);
        expect(summary.length).toBeLessThanOrEqual(255);
        expect(`${summary}${sanitizedText}`).not.toMatch(/[\n\r\u2028]/);
      }
    }
  });
});
