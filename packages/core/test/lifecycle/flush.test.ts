import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { expectDiagnostics, findFreePort, startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { collector, setupOtel, withSpan, type Otel } from '../../src/index.js';
import { startProcess } from '../test-process';

/** Nothing in a test takes so long. */
const FOREVER_MILLIS = 3_600_000;

let otel: Otel | undefined;
let sink: OtlpSink | undefined;

afterEach(async () => {
  await otel?.shutdown();
  await sink?.close();
  otel = sink = undefined;
  for (const api of [trace, metrics, propagation, context, logs]) {
    api.disable();
  }
});

function setUp(url: string, shutdownTimeoutMillis: number): Otel {
  otel = setupOtel({ serviceName: 'lifecycle', destinations: [collector(url)], handleSignals: false, shutdownTimeoutMillis });
  return otel;
}

describe('flush()', () => {
  verifies(['X1', 'X3b'], 'does not wait for a destination that refuses connections, and loses nothing', async () => {
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    expectDiagnostics('OTELIER_EXPORT_RECOVERED');
    const port = await findFreePort();
    const running = setUp(`http://127.0.0.1:${port}`, FOREVER_MILLIS);
    withSpan('work', () => {});
    logs.getLogger('lifecycle').emit({ body: 'record' });
    await running.flush();
    await running.flush();
    const traces = running.status().destinations.find(({ signal }) => signal === 'traces');
    expect(traces).toMatchObject({ exported: 0, failed: 0, dropped: 0, lastError: 'ECONNREFUSED' });
    sink = await startOtlpSink({ port });
    await running.flush();
    expect(sink.spans().map(({ name }) => name)).toEqual(['work']);
    expect(sink.logs().map(({ body }) => body)).toEqual(['record']);
  });

  verifies(['X1', 'X3b'], 'does not wait for a try that a destination wants after the deadline', async () => {
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    sink = await startOtlpSink();
    sink.answerWith({ status: 429, headers: { 'retry-after': '8' } });
    const running = setUp(sink.url, 4000);
    withSpan('work', () => {});
    await running.flush();
    expect(running.status().problems.map(({ code }) => code)).not.toContain('OTELIER_FLUSH_TIMEOUT');
    expect(sink.requests().filter(({ path }) => path === '/v1/traces')).toHaveLength(1);
  });

  verifies('X3b', 'waits for a try that comes in time', async () => {
    sink = await startOtlpSink();
    sink.answerWith({ status: 503, headers: { 'retry-after': '1' }, times: 2 });
    const running = setUp(sink.url, FOREVER_MILLIS);
    withSpan('work', () => {});
    await running.flush();
    expect(sink.spans().map(({ name }) => name)).toEqual(['work']);
  });
});

verifies(['X1', 'X3'], 'a process does not come back to a destination before the time that it was told, when it ends', async () => {
  sink = await startOtlpSink();
  sink.answerWith({ status: 429, headers: { 'retry-after': '8' } });
  const program = await startProcess('finished-work.mjs', {
    args: ['by itself'],
    endpoint: sink.url,
    env: { TEST_SHUTDOWN_TIMEOUT_MILLIS: '4000' },
  });
  const { code, signal, stderr } = await program.exit;
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(stderr).toContain('OTELIER_EXPORT_FAILED');
  expect(stderr).not.toContain('OTELIER_FLUSH_TIMEOUT');
  expect(sink.requests().map(({ path }) => path).toSorted()).toEqual(['/v1/metrics', '/v1/traces']);
});
