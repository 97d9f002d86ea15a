import { describeWith, startOtlpSink, testMysql, testPostgres, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../test-process';

let sink: OtlpSink;

beforeAll(async () => {
  sink = await startOtlpSink();
});
afterAll(() => sink.close());

/** Runs one query with the application's own instrumentation and returns the scopes of what comes beneath the job. */
async function scopesOfQuery(driver: string, url: string): Promise<readonly string[]> {
  sink.clear();
  const program = await startProcess('own-instrumentation.cjs', { args: [driver, url], endpoint: sink.url });
  const { code, stderr } = await program.exit;
  expect([code, stderr]).toEqual([0, '']);
  const spans = sink.spans();
  const job = spans.find(({ name }) => name === 'job');
  return spans.filter(({ traceId, name }) => traceId === job?.traceId && name !== 'job').map(({ scope }) => scope.name);
}

describeWith('postgres', "the application's instrumentation of pg", () => {
  verifies(['D1', 'D12'], 'is the only one that records its queries', async () => {
    const scopes = await scopesOfQuery('pg', (await testPostgres()).url);
    expect([...new Set(scopes)]).toEqual(['@opentelemetry/instrumentation-pg']);
  });
});

describeWith('mysql', "the application's instrumentation of mysql2", () => {
  verifies(['D1', 'D12'], 'is the only one that records its queries', async () => {
    const scopes = await scopesOfQuery('mysql2', (await testMysql()).url);
    expect([...new Set(scopes)]).toEqual(['@opentelemetry/instrumentation-mysql2']);
  });
});
