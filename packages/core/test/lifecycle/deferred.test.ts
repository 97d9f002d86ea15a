import { context, metrics, propagation, SpanKind, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { expectDiagnostics, startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { collector, setupOtel, withSpan, type Otel } from '../../src/index.js';
import { createJobTelemetry } from '../../src/integrations/bullmq/job-telemetry.js';
import { Variables } from '../sdk/variables';
import { ask, startProcess } from '../test-process';

const variables = new Variables();
let sink: OtlpSink;
let otel: Otel | undefined;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(async () => {
  await otel?.shutdown();
  otel = undefined;
  variables.restore();
  for (const api of [trace, metrics, propagation, context]) {
    api.disable();
  }
  await sink.close();
});

function setUp(name = 'OTELIER_DEFER_SETUP', value = 'true'): Otel {
  variables.set({ [name]: value });
  otel = setupOtel({ serviceName: 'lifecycle', destinations: [collector(sink.url)] });
  return otel;
}

/** What only a set-up that runs has. */
function isRunning(): boolean {
  return trace.getTracer('probe').startSpan('probe').isRecording();
}

const listeners = (): number[] => ['SIGTERM', 'exit', 'beforeExit', 'uncaughtExceptionMonitor'].map((event) => process.listenerCount(event));

describe('a set-up that is deferred', () => {
  verifies('P10', 'waits for start() of its handle, and leaves the process alone until then', async () => {
    const before = listeners();
    const handle = setUp();
    expect(isRunning()).toBe(false);
    expect(listeners()).toEqual(before);
    expect(handle.status()).toMatchObject({ spans: { started: 0 }, destinations: [] });
    await handle.flush();
    handle.start();
    expect(isRunning()).toBe(true);
    expect(listeners()).toEqual(before.map((count, index) => count + (index === 3 ? 2 : 1)));
    withSpan('work', () => {});
    await handle.flush();
    expect(sink.spans().map(({ name }) => name)).toEqual(['work']);
  });

  verifies('P10', 'begins once, and keeps its handle', () => {
    const handle = setUp();
    expect(setupOtel()).toBe(handle);
    handle.start();
    const after = listeners();
    handle.start();
    withSpan('work', () => {});
    expect(listeners()).toEqual(after);
    expect(setupOtel()).toBe(handle);
  });

  verifies('P10', 'begins with the first span of the application, which it records', async () => {
    const handle = setUp();
    withSpan('first job', () => {});
    await handle.flush();
    expect(sink.spans().map(({ name }) => name)).toEqual(['first job']);
  });

  verifies('P10', 'begins with the first job of BullMQ, and not with what an idle worker does', () => {
    setUp();
    const { tracer } = createJobTelemetry((span) => span as never, { metrics: false });
    tracer.startSpan('getNextJob', { kind: SpanKind.INTERNAL }).end();
    expect(isRunning()).toBe(false);
    tracer.startSpan('process', { kind: SpanKind.CONSUMER });
    expect(isRunning()).toBe(true);
  });

  verifies('P10', 'begins with the first request, which it records', async () => {
    const program = await startProcess('server.mjs', {
      args: ['closes the server'],
      endpoint: sink.url,
      env: { OTELIER_DEFER_SETUP: 'true' },
    });
    const [, port] = await program.line(/^port (\d+)$/);
    await ask(Number(port), '/quick');
    program.kill('SIGTERM');
    expect(await program.exit).toMatchObject({ code: 0, stderr: '' });
    expect(sink.spans().map(({ name }) => name)).toEqual(['GET /quick']);
    expect(sink.metrics().map(({ name }) => name)).toContain('http.server.request.duration');
  });

  verifies('P10', 'sends nothing and ends as without Otelier when nothing ever comes', async () => {
    const program = await startProcess('server.mjs', {
      args: ['none'],
      endpoint: sink.url,
      env: { OTELIER_DEFER_SETUP: 'true' },
    });
    await program.line(/^port (\d+)$/);
    program.kill('SIGTERM');
    expect(await program.exit).toMatchObject({ code: null, signal: 'SIGTERM', stderr: '' });
    expect(sink.requests()).toEqual([]);
  });

  verifies('P10', 'never begins when it was shut down before', async () => {
    const handle = setUp();
    await handle.shutdown();
    handle.start();
    withSpan('work', () => {});
    expect(isRunning()).toBe(false);
    expect(setupOtel({ destinations: [] })).not.toBe(handle);
    await setupOtel().shutdown();
  });

  verifies(['P10', 'P13'], 'leaves the process to an SDK that the application registers meanwhile', () => {
    expectDiagnostics('OTELIER_SDK_PRESENT');
    const handle = setUp();
    const exporter = new InMemorySpanExporter();
    const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    provider.register();
    withSpan('work', () => {});
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['work']);
    expect(handle.status().destinations).toEqual([]);
  });
});

verifies('P10', 'a set-up is deferred by _OTEL_DEFER_SETUP as well, unless OTELIER_DEFER_SETUP says otherwise', async () => {
  setUp('_OTEL_DEFER_SETUP');
  expect(isRunning()).toBe(false);
  await otel?.shutdown();
  setUp('OTELIER_DEFER_SETUP', 'false');
  expect(isRunning()).toBe(true);
});
