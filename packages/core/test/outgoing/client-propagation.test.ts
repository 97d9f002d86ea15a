import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { AlwaysOffSampler, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { withSpan, type OtelOptions } from '@otelier/core';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { TelemetryProbe, type MeasuredPoint } from '@otelier/testkit/conformance';
import { CLIENTS, type Client } from './clients.js';
import { startTarget, type TargetServer } from './target-server.js';

const OTHER_TRACE = '00-11111111111111111111111111111111-2222222222222222-01';

interface Outcome {
  readonly headers: Record<string, string>;
  /** The names and values as they were sent, in turn. */
  readonly raw: readonly string[];
  readonly spans: readonly ReadableSpan[];
  readonly points: readonly MeasuredPoint[];
}

describe.each(CLIENTS)('what $name sends along', (client: Client) => {
  let target: TargetServer;
  beforeAll(async () => {
    target = await startTarget();
  });
  afterAll(() => target.close());

  /** Sends one request in a set-up of its own, in a span of the application's unless a context is given. */
  async function send(
    options: OtelOptions,
    headers: Record<string, string> = {},
    within?: () => Context,
  ): Promise<Outcome> {
    const telemetry = new TelemetryProbe({ outgoing: {}, ...options });
    const ask = async (): Promise<string> => (await client.send(`${target.origin}/echo`, { headers })).text;
    const text = await (within === undefined ? withSpan('work', ask) : context.with(within(), ask));
    const points = await telemetry.metric('http.client.request.duration');
    const spans = telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
    await telemetry.otel.shutdown();
    return { ...(JSON.parse(text) as Pick<Outcome, 'headers' | 'raw'>), spans, points };
  }

  verifies('D10', 'leaves a request alone that carries a trace already, and measures it', async () => {
    const { headers, raw, spans, points } = await send({}, { traceparent: OTHER_TRACE, baggage: 'own=1' });
    expect(headers['traceparent']).toBe(OTHER_TRACE);
    expect(headers['baggage']).toBe('own=1');
    expect(raw.filter((name) => name.toLowerCase() === 'traceparent')).toHaveLength(1);
    expect(spans).toEqual([]);
    expect(points).toMatchObject([{ count: 1 }]);
  });

  verifies('D10', 'takes the place of a trace that a proxy passes on from the request it serves', async () => {
    const caller: SpanContext = {
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    };
    const served = (): Context => {
      const parent = trace.setSpanContext(ROOT_CONTEXT, caller);
      const span = trace.getTracer('server').startSpan('GET', { kind: SpanKind.SERVER }, parent);
      return setRPCMetadata(trace.setSpan(parent, span), { type: RPCType.HTTP, span });
    };
    const { headers, raw, spans } = await send({}, { traceparent: OTHER_TRACE }, served);
    expect(spans).toHaveLength(1);
    expect(headers['traceparent']).toContain(`${caller.traceId}-${spans[0]?.spanContext().spanId}`);
    expect(raw.filter((name) => name.toLowerCase() === 'traceparent')).toHaveLength(1);
  });

  verifies('D10', 'goes to nobody but those who are named', async () => {
    const elsewhere = await send({ outgoing: { propagateTo: ['api.example.com'] } });
    expect(elsewhere.headers['traceparent']).toBeUndefined();
    expect(elsewhere.spans).toHaveLength(1);
    const here = await send({ outgoing: { propagateTo: [/127\.0\.0\.1/] } });
    expect(here.headers['traceparent']).toContain(here.spans[0]?.spanContext().spanId);
  });

  verifies('D10', 'asks a rule of the application, which means no when it throws', async () => {
    const seen: unknown[] = [];
    const asked = await send({ outgoing: { propagateTo: [(asking) => seen.push(asking) > 0] } });
    expect(seen).toEqual([{ method: 'GET', url: `${target.origin}/echo` }]);
    expect(asked.headers['traceparent']).toBeDefined();
    expectDiagnostics('OTELIER_HOOK_FAILED');
    const failing = (): boolean => {
      throw new Error('rule');
    };
    const refused = await send({ outgoing: { propagateTo: [failing] } });
    expect(refused.headers['traceparent']).toBeUndefined();
    expect(refused.spans).toHaveLength(1);
  });

  verifies('D10', 'is the context of whoever asks where the request is ignored, which is measured', async () => {
    const { headers, spans, points } = await send({ outgoing: { ignore: ['127.0.0.1'] } });
    expect(spans).toEqual([]);
    expect(headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-03$/);
    expect(points).toMatchObject([{ count: 1 }]);
  });

  verifies('D10', 'is nothing outside any span where that makes no trace, and the metric stays', async () => {
    const { headers, spans, points } = await send({ outgoing: { rootRequests: false } }, {}, () => ROOT_CONTEXT);
    expect(spans).toEqual([]);
    expect(headers['traceparent']).toBeUndefined();
    expect(points).toMatchObject([{ count: 1 }]);
  });

  verifies(['D10', 'M5', 'R26'], 'says that nobody samples, and is measured', async () => {
    const { headers, spans, points } = await send({ sampler: new AlwaysOffSampler() });
    expect(spans).toEqual([]);
    expect(headers['traceparent']).toMatch(/-02$/);
    expect(points).toMatchObject([{ count: 1 }]);
  });

  verifies(['D10', 'X6'], 'breaks no header, whatever is in the context', async () => {
    const hostile = (): Context => {
      const baggage = propagation.createBaggage({
        'user id': { value: 'x' },
        ok: { value: 'line\r\nset-cookie: evil=1' },
        'evil\r\nname': { value: 'y' },
      });
      return propagation.setBaggage(ROOT_CONTEXT, baggage);
    };
    const { headers } = await send({}, {}, hostile);
    expect(headers['baggage']).toBe('ok=line%0D%0Aset-cookie%3A%20evil%3D1');
    expect(headers['set-cookie']).toBeUndefined();
  });

  verifies(['D10', 'R19'], 'is recorded by the names that are asked for, without secrets', async () => {
    const headers = { request: ['x-kind', 'authorization'], response: ['x-kind', 'set-cookie'] };
    const telemetry = new TelemetryProbe({ outgoing: { headers } });
    await client.send(`${target.origin}/headers`, { headers: { 'X-Kind': 'asked', authorization: 'Bearer s3cret' } });
    const { attributes } = await telemetry.span(({ kind }) => kind === SpanKind.CLIENT);
    expect(attributes).toMatchObject({
      'http.request.header.x-kind': ['asked'],
      'http.request.header.authorization': ['REDACTED'],
      'http.response.header.x-kind': ['plain'],
      'http.response.header.set-cookie': ['REDACTED'],
    });
    await telemetry.otel.shutdown();
  });
});
