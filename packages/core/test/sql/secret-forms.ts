import type { SqlDialect } from '../../src/sql/describe-sql.js';

/** Writes a secret in a form in which it must not come out. */
export type Wrap = (secret: string) => string;

const doubled = (text: string, quote: string): string => text.replaceAll(quote, quote + quote);
const escaped = (text: string): string => text.replace(/[\\'"]/g, '\\$&');

/** Literals of both dialects. */
export const shared: readonly Wrap[] = [
  (secret) => `'${secret}'`,
  (secret) => `'it''s ${secret}'`,
  (secret) => `'a\n${secret}'`,
  (secret) => `'-- ${secret}'`,
  (secret) => `'/* ${secret}'`,
  (secret) => `'; ${secret} $$ \` " ( '`,
  (secret) => `N'${secret}'`,
  (secret) => `X'${secret}'`,
  (secret) => `'x${doubled(`'${secret}'`, "'")}x'`,
  (secret) => `n'${secret}'`,
  (secret) => `x'${secret}'`,
  (secret) => `B'${secret}'`,
  (secret) => `DATE '${secret}'`,
  (secret) => `TIMESTAMP'${secret}'`,
  (secret) => `INTERVAL '${secret}' DAY`,
  (secret) => `CAST('${secret}' AS char(7))`,
  (secret) => `- '${secret}'`,
  (secret) => `('${secret}')`,
  (secret) => `'a' '${secret}'`,
  (secret) => `''''  '${secret}'`,
  (secret) => `'\u2028${secret}\u0000é\ud83d'`,
  (secret) => `'${secret}'/**/`,
  (secret) => `f('${secret}', N'${secret}')`,
];

/** Literals by the dialect that has them. */
export const literals: Readonly<Record<SqlDialect, readonly Wrap[]>> = {
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
    (secret) => `U&'!0061${secret}' UESCAPE '!'`,
    (secret) => `u&'${secret}'\n'${secret}'`,
    (secret) => `'${secret}'::text::varchar(3)`,
    (secret) => `ARRAY['${secret}', E'\\'${secret}']`,
    (secret) => `'{"${secret}",NULL}'::text[]`,
    (secret) => `d->'${secret}'->>'${secret}'`,
    (secret) => `d @> '{"k": "${secret}"}' AND d ? '${secret}'`,
    (secret) => `d #>> '{a,${secret}}'`,
    (secret) => `jsonb '["${secret}"]'`,
    (secret) => `$tag$ $tag ${secret} $ta$ $tag$`,
    (secret) => `$ü$ ${secret} $ü$`,
    (secret) => `a$1 || $$${secret}$$`,
    (secret) => `E'a\\\\' || '${secret}'`,
    (secret) => `E'\\x41${secret}\\''`,
    (secret) => `'a' -- no end\n'${secret}'`,
  ],
  mysql: [
    ...shared,
    (secret) => `_utf8'${secret}'`,
    (secret) => `_binary x'${secret}'`,
    (secret) => `n"${secret}"`,
    (secret) => `'${secret}' COLLATE utf8mb4_bin`,
    (secret) => `'a\\\\' '${secret}'`,
    (secret) => `'a\\\\'' ${secret}'`,
    (secret) => `"it's ${secret}"`,
    (secret) => `'say "${secret}'`,
    (secret) => `d->'$.${secret}'`,
    (secret) => `d->>"$.${secret}"`,
    (secret) => `{ts '${secret}'}`,
    (secret) => `1--'${secret}'`,
    (secret) => `@a:='${secret}'`,
    (secret) => `MATCH (a) AGAINST ('${secret}' IN BOOLEAN MODE)`,
    (secret) => `'${secret}'#\n`,
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

/** Strings of a server that reads a backslash the other way: NO_BACKSLASH_ESCAPES, or no standard strings. */
export const otherLiterals: Readonly<Record<SqlDialect, readonly Wrap[]>> = {
  mysql: [
    (secret) => `'${secret}\\'`,
    (secret) => `'\\${secret}'`,
    (secret) => `'\\''${secret}'`,
    (secret) => `'\\', '${secret}'`,
    (secret) => `'\\' , ' ${secret} '`,
    (secret) => `"${secret}\\"`,
    (secret) => `"\\", " ${secret} "`,
    (secret) => `'C:\\' ' -- ${secret}'`,
    (secret) => `'\\', ' + ${secret} + ', '\\'`,
  ],
  postgresql: [
    (secret) => `'it\\'s ${secret}'`,
    (secret) => `'\\' ${secret}'`,
    (secret) => `'\\'${secret}\\''`,
    (secret) => `'a\\\\\\' ${secret}'`,
    (secret) => `'\\', ${secret}, \\''`,
    (secret) => `'\\' -- ${secret}'`,
    (secret) => `'\\' + ${secret} + ', '\\''`,
  ],
};

/** Numbers, and what stands around them. */
export const numbers: readonly Wrap[] = [
  (digits) => digits,
  (digits) => `-${digits}`,
  (digits) => `- ${digits}`,
  (digits) => `+${digits}`,
  (digits) => `${digits}.5e-1`,
  (digits) => `1.5e${digits}`,
  (digits) => `1E+${digits}`,
  (digits) => `0x${digits}`,
  (digits) => `0b1${digits}`,
  (digits) => `.${digits}`,
  (digits) => `${digits}.`,
  (digits) => `1.${digits}`,
  (digits) => `1_${digits}`,
  (digits) => `N[1:${digits}]`,
  (digits) => `(${digits})`,
  (digits) => `a-${digits}`,
  (digits) => `a/${digits}`,
  (digits) => `a%${digits}`,
  (digits) => `f(${digits},-${digits})`,
];

/** Comments by the dialect that has them. */
export const comments: Readonly<Record<SqlDialect, readonly Wrap[]>> = {
  postgresql: [
    (secret) => `-- ${secret}\n`,
    (secret) => `--${secret}'\r`,
    (secret) => `/* ${secret} ' */`,
    (secret) => `/*${secret}/* " */ ${secret}*/`,
    (secret) => `/*! ${secret} */`,
    (secret) => `/*/* ${secret} */*/`,
    (secret) => `/**${secret}**/`,
    (secret) => `---${secret}\n`,
    (secret) => `-- ${secret} $$ '\n`,
  ],
  mysql: [
    (secret) => `-- ${secret}"\n`,
    (secret) => `#${secret}'\n`,
    (secret) => `/* ${secret} ' */`,
    (secret) => `/* /* ${secret} */`,
    (secret) => `/*! + '${secret}' */`,
    (secret) => `/*M!100100 + "${secret}" */`,
    (secret) => `/**${secret}**/`,
    (secret) => `--\t${secret} '\n`,
    (secret) => `# ${secret} \r '\n`,
    (secret) => `/*!50000+ '${secret}' + 7*/`,
  ],
};

/** Ends of texts that are cut. */
export const unclosed: Readonly<Record<SqlDialect, readonly Wrap[]>> = {
  postgresql: [
    (secret) => `'${secret}`,
    (secret) => `E'\\'${secret}`,
    (secret) => `"${secret}`,
    (secret) => `$q$ ${secret} $$`,
    (secret) => `/* /* */ ${secret}`,
  ],
  mysql: [(secret) => `'${secret}`, (secret) => `"\\"${secret}`, (secret) => `\`${secret}`, (secret) => `/* ${secret}`],
};

/** Names of tables and columns, which stay. */
export const names: Readonly<Record<SqlDialect, readonly string[]>> = {
  postgresql: ['users', '"order list"', 'shop."T""1"', 'a.b.c', 't$1', '"--"', `"it's"`, 'größe'],
  mysql: ['users', '`order list`', '`shop`.`T``1`', 'a.b', '$t', '`--`', "`it's`", '`"`'],
};
