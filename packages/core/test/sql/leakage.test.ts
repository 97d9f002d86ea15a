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

/** Runs `ROUNDS` rounds and returns what the failing ones report. */
function failures(round: () => unknown): unknown[] {
  return Array.from({ length: ROUNDS }, round).filter((report) => report !== undefined);
}

describe('the description of a statement with secrets in it', () => {
  for (const dialect of dialects) {
    verifies('D4', `holds no literal and no comment of ${ROUNDS} generated ${dialect} statements`, () => {
      const random = new SeededRandom(20261121);
      const leaking = failures(() => {
        const { sql, secrets } = secretStatement(random, dialect);
        const leaked = leaks(sql, dialect, secrets);
        return leaked.length > 0 ? { sql, leaked } : undefined;
      });
      expect(leaking).toEqual([]);
    });

    verifies('D4', `holds no literal of a ${dialect} server that reads backslashes in another way`, () => {
      const random = new SeededRandom(11);
      const leaking = failures(() => {
        const { sql, secrets } = secretStatement(random, dialect, 'other');
        const leaked = leaks(sql, dialect, secrets);
        return leaked.length > 0 ? { sql, leaked } : undefined;
      });
      expect(leaking).toEqual([]);
    });

    verifies('D4', `holds no literal of a ${dialect} statement that is cut anywhere`, () => {
      const random = new SeededRandom(7);
      const leaking = failures(() => {
        const { sql, secrets } = secretStatement(random, dialect);
        const cut = sql.slice(0, random.below(sql.length + 1));
        const beginnings = secrets.map((secret) => secret.slice(0, 6));
        const leaked = leaks(cut, dialect, beginnings);
        return leaked.length > 0 ? { cut, leaked } : undefined;
      });
      expect(leaking).toEqual([]);
    });
  }

  verifies(
    'D4',
    'is the one of the placeholders for values that mysql2 inlines, or cut at a doubtful backslash',
    () => {
      const random = new SeededRandom(42);
      const sql = 'SELECT a FROM t JOIN u ON t.x = ? WHERE b = ? AND c = ?; INSERT INTO v (d) VALUES (?)';
      const expected = analyzeSql(sql, 'mysql');
      let cut = 0;
      const different = failures(() => {
        const values = Array.from({ length: 4 }, () => random.text(HOSTILE, random.below(12)));
        const inlined = format(sql, values);
        const { summary, sanitizedText } = analyzeSql(inlined, 'mysql');
        cut += sanitizedText === expected.sanitizedText ? 0 : 1;
        const isPart = expected.sanitizedText.startsWith(sanitizedText) && expected.summary.startsWith(summary);
        return isPart ? undefined : { inlined, summary, sanitizedText };
      });
      expect(different).toEqual([]);
      expect(cut / ROUNDS).toBeLessThan(0.05);
    },
  );

  verifies('D4', 'is the one of the placeholders for values that pg escapes', () => {
    const random = new SeededRandom(43);
    const expected = analyzeSql('SELECT a FROM t WHERE b = ? AND c IN ( ? ) AND d = ? ORDER BY e', 'postgresql');
    const different = failures(() => {
      const [b, c, d] = Array.from({ length: 3 }, () => pg.escapeLiteral(random.text(HOSTILE, random.below(12))));
      const sql = `SELECT a FROM t WHERE b = ${b} AND c IN ( ${c} ) AND d = ${d} ORDER BY e`;
      const { summary, sanitizedText } = analyzeSql(sql, 'postgresql');
      const same = summary === expected.summary && sanitizedText === expected.sanitizedText;
      return same ? undefined : { sql, summary, sanitizedText };
    });
    expect(different).toEqual([]);
  });

  verifies(['D4', 'X6'], 'is made of any characters without an error, on one line and within its bounds', () => {
    const random = new SeededRandom(3);
    const outside = failures(() => {
      const sql =
        random.pick(['', 'SELECT ', 'WITH ', 'INSERT INTO ', '/*!']) + random.text(HOSTILE, random.below(200));
      const descriptions = dialects.map((dialect) => analyzeSql(sql, dialect));
      const within = descriptions.every(
        ({ summary, sanitizedText }) => summary.length <= 255 && !/[\n\r\u2028]/.test(`${summary}${sanitizedText}`),
      );
      return within ? undefined : { sql, descriptions };
    });
    expect(outside).toEqual([]);
  });
});
