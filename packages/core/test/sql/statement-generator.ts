import type { SqlDialect } from '../../src/sql/describe-sql.js';
import type { SeededRandom } from './seeded-random.js';

/** A statement with a value that must not come out of it. */
export interface SecretStatement {
  readonly sql: string;
  readonly secrets: readonly string[];
}

type Wrap = (secret: string) => string;

const doubled = (text: string, quote: string): string => text.replaceAll(quote, quote + quote);
const escaped = (text: string): string => text.replace(/[\\'"]/g, '\\$&');

const shared: readonly Wrap[] = [
  (secret) => `'${secret}'`,
  (secret) => `'it''s ${secret}'`,
  (secret) => `'a\n${secret}'`,
  (secret) => `'-- ${secret}'`,
  (secret) => `'/* ${secret}'`,
  (secret) => `'; ${secret} $$ \` " ( '`,
  (secret) => `N'${secret}'`,
  (secret) => `X'${secret}'`,
  (secret) => `'x${doubled(`'${secret}'`, "'")}x'`,
];

const literals: Readonly<Record<SqlDialect, readonly Wrap[]>> = {
  postgresql: [
    ...shared,
    (secret) => `E'${escaped(`'${secret}\\`)}'`,
    (secret) => `e'a'\n'${escaped(`'${secret}'`)}'`,
    (secret) => `U&'\\0061 ${secret}'`,
    (secret) => `$$it's ${secret}$$`,
    (secret) => `$t_1$ ' ${secret} $$ $t$ $t_1$`,
    (secret) => `1$a$ ${secret} $a$`,
    (secret) => `'{"k": "${secret}"}'::jsonb`,
    (secret) => `'C:\\${secret}\\'`,
  ],
  mysql: [
    ...shared,
    (secret) => `"${secret}"`,
    (secret) => `"say ""${secret}"""`,
    (secret) => `'${escaped(`'${secret}'`)}'`,
    (secret) => `"${escaped(`"${secret}" \\`)}"`,
    (secret) => `_utf8mb4'${secret}'`,
    (secret) => `_latin1 "${secret}"`,
    (secret) => `'${secret}\\\\'`,
    (secret) => `@'${secret}'`,
  ],
};

const comments: Readonly<Record<SqlDialect, readonly Wrap[]>> = {
  postgresql: [
    (secret) => `-- ${secret}\n`,
    (secret) => `--${secret}'\r`,
    (secret) => `/* ${secret} ' */`,
    (secret) => `/*${secret}/* " */ ${secret}*/`,
    (secret) => `/*! ${secret} */`,
  ],
  mysql: [
    (secret) => `-- ${secret}"\n`,
    (secret) => `#${secret}'\n`,
    (secret) => `/* ${secret} ' */`,
    (secret) => `/* /* ${secret} */`,
    (secret) => `/*! + '${secret}' */`,
    (secret) => `/*M!100100 + "${secret}" */`,
  ],
};

const unclosed: Readonly<Record<SqlDialect, readonly Wrap[]>> = {
  postgresql: [
    (secret) => `'${secret}`,
    (secret) => `E'\\'${secret}`,
    (secret) => `"${secret}`,
    (secret) => `$q$ ${secret} $$`,
    (secret) => `/* /* */ ${secret}`,
  ],
  mysql: [(secret) => `'${secret}`, (secret) => `"\\"${secret}`, (secret) => `\`${secret}`, (secret) => `/* ${secret}`],
};

const names: Readonly<Record<SqlDialect, readonly string[]>> = {
  postgresql: ['users', '"order list"', 'shop."T""1"', 'a.b.c', 't$1', '"--"', `"it's"`, 'größe'],
  mysql: ['users', '`order list`', '`shop`.`T``1`', 'a.b', '$t', '`--`', "`it's`", '`"`'],
};

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
  'SELECT V',
];

/** Makes a statement in which secrets stand in literals and comments of every form that a dialect has. */
export function secretStatement(random: SeededRandom, dialect: SqlDialect): SecretStatement {
  const secrets: string[] = [];
  const hide = (wraps: readonly Wrap[]): string => {
    const secret = `zq${random.text('0123456789abcdef', 10)}`;
    secrets.push(secret);
    return random.pick(wraps)(secret);
  };
  const value = (): string => {
    if (random.below(4) > 0) {
      return hide(literals[dialect]);
    }
    const digits = `73${random.text('0123456789', 9)}`;
    secrets.push(digits);
    return random.pick([digits, `-${digits}`, `${digits}.5e-1`, `0x${digits}`, `.${digits}`]);
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
  const tail = random.below(6) === 0 ? hide(unclosed[dialect]) : '';
  return { sql: words.join('') + tail, secrets };
}
