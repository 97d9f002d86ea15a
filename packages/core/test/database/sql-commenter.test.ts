import { ROOT_CONTEXT, trace, TraceFlags, type Context } from '@opentelemetry/api';
import { describeWith, testPostgres, verifies } from '@otelier/testkit';
import { Client } from 'pg';
import { nameCommentedService } from '../../src/database/commented-service.js';
import { commented } from '../../src/database/sql-commenter.js';
import { withRequestScope, type RequestHandlerNames } from '../../src/tracing/request-scope.js';
import { SeededRandom } from '../sql/seeded-random.js';

const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED };
const TRACEPARENT = "traceparent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'";

type Origin = Partial<RequestHandlerNames> & { readonly route?: string };

/** A context that works for a request with an origin, within a span. */
function within({ route, framework, controller }: Origin, spanContext?: typeof TRACE): Context {
  const handler = framework === undefined ? {} : { handler: { framework, ...(controller !== undefined && { controller }) } };
  const scope = { ignored: false, attributes: undefined, setAttributes: () => {}, ...handler, route: () => route };
  const request = withRequestScope(ROOT_CONTEXT, scope);
  return spanContext === undefined ? request : trace.setSpanContext(request, spanContext);
}

/** The comment of a statement, without its borders. */
function commentOf(origin: Origin, spanContext?: typeof TRACE): string | undefined {
  return / \/\*(.*)\*\/$/s.exec(commented('SELECT 1', 'mysql', within(origin, spanContext)))?.[1];
}

describe('the comment of a statement', () => {
  let forget: () => void;

  beforeEach(() => {
    forget = nameCommentedService('shop & café');
  });
  afterEach(() => forget());

  verifies('D8', 'has sorted keys and encoded values in quotes', () => {
    const origin = { framework: 'nestjs', controller: 'CatsController', route: '/cats/:id' };
    expect(commentOf(origin, TRACE)).toBe(
      "controller='CatsController',framework='nestjs',route='%2Fcats%2F%3Aid'," +
        `service.name='shop%20%26%20caf%C3%A9',${TRACEPARENT}`,
    );
  });

  verifies('D8', 'has no traceparent without a sampled span', () => {
    expect(commentOf({})).toBe("service.name='shop%20%26%20caf%C3%A9'");
    expect(commentOf({}, { ...TRACE, traceFlags: TraceFlags.NONE })).not.toContain('traceparent');
    expect(commentOf({}, { ...TRACE, traceId: '0'.repeat(32) })).not.toContain('traceparent');
  });

  verifies('D8', 'is none where nothing is known', () => {
    forget();
    expect(commented('SELECT 1', 'mysql', ROOT_CONTEXT)).toBe('SELECT 1');
    expect(commented('SELECT 1', 'mysql', within({ route: '' }))).toBe('SELECT 1');
  });

  verifies(['D8', 'X6'], 'can be left by nothing that an application or a request chooses', () => {
    const random = new SeededRandom(8);
    for (let round = 0; round < 5000; round += 1) {
      const route = random.text("*/'\"`\\\0%;-#\n\r\u2028!?$:@()\ud83d\ude00aé", random.below(40));
      const comment = commentOf({ route: `/${route}`, framework: `x${route}`, controller: `y${route}` });
      expect(comment).toMatch(/^controller='[^'*\\]*',framework='[^'*\\]*',route='[^'*\\]*',service\.name='[^'*\\]*'$/);
      expect(comment).toMatch(/^[\w.%~',=-]*$/);
    }
  });

  verifies('D8', 'cuts a long value, and no character in two', () => {
    const encoded = /route='([^']*)'/.exec(commentOf({ route: '😀'.repeat(10_000) }) ?? '')?.[1] ?? '';
    expect(encoded.length).toBeLessThan(2000);
    expect(() => decodeURIComponent(encoded)).not.toThrow();
  });

  verifies(['D8', 'X6'], 'leaves the statement alone when what it asks throws', () => {
    const scope = {
      ignored: false,
      attributes: undefined,
      setAttributes: () => {},
      route: (): string => {
        throw new Error('hostile');
      },
    };
    const logged = jest.spyOn(console, 'warn').mockImplementation(() => {});
    expect(commented('SELECT 1', 'mysql', withRequestScope(ROOT_CONTEXT, scope))).toBe('SELECT 1');
    logged.mockRestore();
  });
});

describe('the place of the comment', () => {
  const origin = within({ route: 'r' });
  const comment = "/*route='r'*/";
  const both = ['mysql', 'postgresql'] as const;

  const placed: readonly (readonly [string, string, string])[] = [
    ['at the end', 'SELECT 1', `SELECT 1 ${comment}`],
    ['before a semicolon', 'SELECT 1;', `SELECT 1 ${comment};`],
    ['before white space', 'SELECT 1 \n\t', `SELECT 1 ${comment} \n\t`],
    ['before semicolons and white space', 'SELECT 1 ; \n;', `SELECT 1 ${comment} ; \n;`],
    ['behind the last of several statements', 'SELECT 1; SELECT 2;', `SELECT 1; SELECT 2 ${comment};`],
    ['behind a string with comment signs', "SELECT '--', '/*', '#'", `SELECT '--', '/*', '#' ${comment}`],
    ['behind a string with a semicolon', "SELECT ';'", `SELECT ';' ${comment}`],
  ];
  for (const [what, sql, expected] of placed) {
    verifies('D8', `is ${what}`, () => {
      for (const dialect of both) {
        expect(commented(sql, dialect, origin)).toBe(expected);
      }
    });
  }

  verifies('D8', 'is behind what is a comment in the other dialect alone', () => {
    expect(commented("SELECT d #> '{a}'", 'postgresql', origin)).toBe(`SELECT d #> '{a}' ${comment}`);
    expect(commented('SELECT 1--1', 'mysql', origin)).toBe(`SELECT 1--1 ${comment}`);
    expect(commented('SELECT $a$ -- $a$', 'postgresql', origin)).toBe(`SELECT $a$ -- $a$ ${comment}`);
    expect(commented(String.raw`SELECT 'it\'s'`, 'mysql', origin)).toBe(String.raw`SELECT 'it\'s' ${comment}`);
  });

  const none: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['white space', ' \n '],
    ['semicolons', ';;'],
    ['a line comment at the end', 'SELECT 1 -- end'],
    ['a line comment within', 'SELECT 1 -- end\n+ 2'],
    ['a block comment', 'SELECT /* a */ 1'],
    ['a comment of its own', "SELECT 1 /*route='x'*/"],
    ['a comment behind the semicolon', 'SELECT 1; /* a */'],
    ['a hint', 'SELECT /*+ NO_INDEX(t) */ 1 FROM t'],
    ['an unclosed comment', 'SELECT 1 /* a'],
    ['an unclosed string', "SELECT 'a"],
    ['an unclosed name', 'SELECT "a'],
    ['a NUL character', "SELECT 1\0; DROP TABLE t"],
    ['a backslash that two servers read in two ways', String.raw`SELECT 'a\' -- '`],
    ['more than 65,536 characters', `SELECT ${'1,'.repeat(40_000)}1`],
  ];
  for (const [what, sql] of none) {
    verifies('D8', `is nowhere in ${what}`, () => {
      for (const dialect of both) {
        expect(commented(sql, dialect, origin)).toBe(sql);
      }
    });
  }

  verifies('D8', 'is nowhere in a MySQL text with comments of its own kind', () => {
    for (const sql of ['SELECT 1 # end', 'SELECT /*!50000 1 */', 'SELECT /*M! 1 */', 'SELECT `a']) {
      expect(commented(sql, 'mysql', origin)).toBe(sql);
    }
  });
});

describeWith('postgres', 'a comment that PostgreSQL gets', () => {
  verifies('D8', 'comes with the statement and changes nothing', async () => {
    const client = new Client({ connectionString: (await testPostgres()).url });
    await client.connect();
    const sql = commented(
      'SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid();',
      'postgresql',
      within({ framework: 'express', route: "/a'*/\\:id" }, TRACE),
    );
    const { rows } = await client.query<{ query: string }>(sql);
    expect(rows).toEqual([{ query: sql }]);
    expect(sql).toContain(`/*framework='express',route='%2Fa%27%2A%2F%5C%3Aid',${TRACEPARENT}*/;`);
    await client.end();
  });
});
