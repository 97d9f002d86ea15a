import type { SqlDialect } from '../../src/sql/describe-sql.js';
import { comments, literals, names, numbers, otherLiterals, shared, unclosed, type Wrap } from './secret-forms.js';
import type { SeededRandom } from './seeded-random.js';

/** A statement with a value that must not come out of it. */
export interface SecretStatement {
  readonly sql: string;
  readonly secrets: readonly string[];
}

const templates: readonly string[] = [
  'SELECT N FROM N WHERE N = V',
  'SELECT V, N FROM N JOIN N ON N = V AND N IN (V, V, V)',
  'INSERT INTO N (N, N) VALUES (V, V), (V, V)',
  'UPDATE N SET N = V, N = f(V) WHERE N BETWEEN V AND V',
  'DELETE FROM N WHERE N LIKE V OR N = V',
  'WITH N AS (SELECT V AS N FROM N) SELECT * FROM N WHERE N = V UNION SELECT V',
  'SELECT * FROM (SELECT N FROM N WHERE N > V) AS N, N WHERE EXISTS (SELECT V FROM N)',
  'CALL N(V, V)',
  'SET N = V',
  'SELECT /*+ N(V) */ N FROM N LIMIT V',
  'CREATE TABLE N (N int DEFAULT V); SELECT V',
  'MERGE INTO N USING N ON N = V WHEN MATCHED THEN UPDATE SET N = V WHEN NOT MATCHED THEN INSERT VALUES (V)',
  'INSERT INTO N (N) VALUES (V) ON CONFLICT (N) DO UPDATE SET N = V',
  'INSERT INTO N SET N = V ON DUPLICATE KEY UPDATE N = V',
  'WITH N AS ( INSERT INTO N VALUES (V) RETURNING N ) SELECT N FROM N WHERE N = V',
  'EXPLAIN ANALYZE SELECT N FROM N WHERE N = V',
  'VALUES (V, V), (V, V)',
  'COPY N FROM V WITH (DELIMITER V)',
  'PREPARE N AS SELECT V; EXECUTE N(V, V)',
  'ALTER USER N PASSWORD V',
  'CREATE USER N IDENTIFIED BY V',
  'BEGIN; UPDATE N SET N = V; COMMIT',
  'SELECT CASE WHEN N = V THEN V ELSE V END FROM N ORDER BY N LIMIT V OFFSET V',
  'NOTIFY N , V',
  'COMMENT ON TABLE N IS V',
  'SELECT N FROM N WHERE N IN (V, V) AND N NOT IN (V) GROUP BY N HAVING count(*) > V',
  'SELECT V',
];

/**
 * Makes a statement in which secrets stand in literals and comments of every form that a dialect has.
 *
 * @param backslashes - `other` for a server that reads a backslash not as the dialect does by default; such a statement
 * has nothing unclosed, because a text that is an error to that server can be SQL to the other one
 */
export function secretStatement(
  random: SeededRandom,
  dialect: SqlDialect,
  backslashes: 'usual' | 'other' = 'usual',
): SecretStatement {
  const known = backslashes === 'other' ? otherLiterals[dialect] : literals[dialect];
  const secrets: string[] = [];
  const hide = (wraps: readonly Wrap[]): string => {
    const secret = `zq${random.text('0123456789abcdef', 10)}`;
    secrets.push(secret);
    return random.pick(wraps)(secret);
  };
  const value = (): string => {
    if (random.below(4) > 0) {
      return hide(known);
    }
    const digits = `73${random.text('0123456789', 9)}`;
    secrets.push(digits);
    return random.pick(numbers)(digits);
  };
  const gap = (inHint: boolean): string => {
    const comment = !inHint && random.below(5) === 0 ? hide(comments[dialect]) : '';
    return random.pick([' ', '\n', ' \t ', '\r\n']) + comment + (comment === '' ? '' : ' ');
  };
  let inHint = false;
  const words = random
    .pick(templates)
    .split(' ')
    .map((word) => {
      inHint = word === '/*+' || (inHint && word !== '*/');
      const written = word
        .replace(/\bN\b/g, () => random.pick(names[dialect]))
        .replace(/\bV\b/g, () => (inHint ? hide([shared[0] ?? ((secret): string => `'${secret}'`)]) : value()));
      return written + gap(inHint);
    });
  const tail = backslashes === 'usual' && random.below(6) === 0 ? hide(unclosed[dialect]) : '';
  return { sql: words.join('') + tail, secrets };
}
