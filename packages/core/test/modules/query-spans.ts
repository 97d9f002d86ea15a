import { testMysql, testPostgres, type ReceivedSpan } from '@otelier/testkit';

const SYSTEMS = { postgres: /^postgresql$/, mysql: /^(mysql|mariadb)$/ } as const;

/** The address of this worker's database. */
export async function databaseUrl(kind: keyof typeof SYSTEMS): Promise<string> {
  return (await (kind === 'postgres' ? testPostgres() : testMysql())).url;
}

/** Expects the spans of the queries that every module program makes, and no others. */
export function expectQuerySpans(spans: readonly ReceivedSpan[], kind: keyof typeof SYSTEMS): void {
  const request = spans.find((span) => span.name === 'request');
  const seen = spans.map(({ name, kind: spanKind, parentSpanId, attributes }) => ({
    name,
    kind: spanKind,
    parentSpanId,
    system: attributes['db.system.name'],
    text: attributes['db.query.text'],
  }));
  const beneath = { name: 'SELECT', kind: 'CLIENT', parentSpanId: request?.spanId, system: expect.stringMatching(SYSTEMS[kind]) as string };
  const second = kind === 'postgres' ? 'SELECT $1::int AS two' : 'SELECT ? AS two';
  expect(seen).toEqual([
    { ...beneath, text: 'SELECT ? AS one' },
    { ...beneath, text: second },
    { name: 'request', kind: 'INTERNAL', parentSpanId: undefined, system: undefined, text: undefined },
  ]);
}
