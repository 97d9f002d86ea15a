import { setTimeout } from 'node:timers/promises';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { suppressTracing } from '@opentelemetry/core';
import { withSpan } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { durationMillis, TelemetryProbe } from '@otelier/testkit/conformance';
import { until } from '../test-process.js';
import { CLIENTS } from './clients.js';
import { closedPort, startTarget, type TargetServer } from './target-server.js';

const isClient = (span: ReadableSpan): boolean => span.kind === SpanKind.CLIENT;

describe.each(CLIENTS)('an outgoing request by $name', (client) => {
  let telemetry: TelemetryProbe;
  let target: TargetServer;

  beforeAll(async () => {
    target = await startTarget();
    telemetry = new TelemetryProbe({ outgoing: {} });
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    await telemetry.otel.shutdown();
    await target.close();
  });

  const clientSpan = (): Promise<ReadableSpan> => telemetry.span(isClient);

  verifies(['D10', 'M5'], 'has one CLIENT span beneath the active span, which the target is told of', async () => {
    const { text } = await withSpan('work', () => client.send(`${target.origin}/echo?page=2`));
    const span = await clientSpan();
    const work = await telemetry.span(({ name }) => name === 'work');
    expect(telemetry.spans()).toHaveLength(2);
    expect(span.name).toBe('GET');
    expect(span.parentSpanContext?.spanId).toBe(work.spanContext().spanId);
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span.events).toEqual([]);
    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'server.port': target.port,
      'url.full': `${target.origin}/echo?page=2`,
      'http.response.status_code': 200,
      'network.protocol.version': '1.1',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': target.port,
    });
    const { traceId, spanId } = span.spanContext();
    const { raw } = JSON.parse(text) as { raw: string[] };
    expect(raw.filter((name) => name.toLowerCase() === 'traceparent')).toHaveLength(1);
    expect(raw[raw.findIndex((name) => name.toLowerCase() === 'traceparent') + 1]).toBe(`00-${traceId}-${spanId}-03`);
  });

  verifies(['D10', 'M5'], 'is measured by the duration of its span', async () => {
    await withSpan('work', () => client.send(`${target.origin}/ok`));
    const [point, ...others] = await telemetry.metric('http.client.request.duration');
    expect(others).toEqual([]);
    expect(point?.attributes).toEqual({
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'server.port': target.port,
      'url.scheme': 'http',
      'http.response.status_code': 200,
      'network.protocol.version': '1.1',
    });
    expect(point?.count).toBe(1);
    expect(point?.sum).toBeCloseTo(durationMillis(await clientSpan()) / 1000, 5);
    expect(point?.boundaries).toEqual([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]);
  });

  verifies('D10', 'is an error with 4xx and 5xx, which the status code says', async () => {
    for (const code of [404, 500]) {
      await telemetry.clear();
      expect(await client.send(`${target.origin}/status?code=${code}`)).toEqual({ status: code, text: 'answered' });
      const span = await clientSpan();
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
      expect(span.attributes).toMatchObject({ 'http.response.status_code': code, 'error.type': String(code) });
      const [point] = await telemetry.metric('http.client.request.duration');
      expect(point?.attributes).toMatchObject({ 'http.response.status_code': code, 'error.type': String(code) });
    }
  });

  verifies(['D10', 'X6'], 'fails with the error of the connection, whose message is not recorded', async () => {
    const port = await closedPort();
    const url = `http://127.0.0.1:${port}/?token=hunter2`;
    const failure: unknown = await client.send(url).catch((error: unknown) => error);
    const { code, cause } = failure as { code?: string; cause?: { code?: string } };
    expect(code ?? cause?.code).toBe('ECONNREFUSED');
    const span = await clientSpan();
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'ECONNREFUSED' });
    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'server.port': port,
      'url.full': `http://127.0.0.1:${port}/?token=REDACTED`,
      'error.type': 'ECONNREFUSED',
    });
    expect(span.events).toEqual([]);
  });

  verifies('D10', 'fails when the target hangs up, before its answer and within it', async () => {
    await expect(client.send(`${target.origin}/dead`)).rejects.toThrow(/./);
    const dead = await clientSpan();
    expect(dead.status.code).toBe(SpanStatusCode.ERROR);
    expect(dead.attributes['error.type']).toMatch(/^(UND_ERR_SOCKET|ECONNRESET)$/);
    expect(dead.attributes['http.response.status_code']).toBeUndefined();

    await telemetry.clear();
    await expect(client.send(`${target.origin}/cut`)).rejects.toThrow(/./);
    const cut = await clientSpan();
    expect(cut.status.code).toBe(SpanStatusCode.ERROR);
    expect(cut.attributes['error.type']).toMatch(/^(UND_ERR_SOCKET|ECONNRESET)$/);
    expect(cut.attributes['http.response.status_code']).toBe(200);
  });

  verifies('D10', 'fails when the application breaks it off', async () => {
    for (const path of ['/silent', '/held']) {
      await telemetry.clear();
      const controller = new AbortController();
      const before = target.requests.length;
      const sent = client.send(target.origin + path, { signal: controller.signal }).catch((error: unknown) => error);
      await until(() => target.requests.length > before);
      controller.abort();
      expect(await sent).toMatchObject({ name: 'AbortError' });
      const span = await clientSpan();
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes['error.type']).toMatch(/^(ABORT_ERR|AbortError|UND_ERR_ABORTED|ECONNRESET)$/);
    }
    target.release();
  });

  verifies('D10', 'ends with the last byte of the body', async () => {
    const before = target.requests.length;
    const sent = client.send(`${target.origin}/held`);
    await until(() => target.requests.length > before);
    await setTimeout(50);
    expect(telemetry.spans()).toEqual([]);
    target.release();
    expect(await sent).toEqual({ status: 200, text: 'firstlast' });
    await clientSpan();
  });

  verifies('D10', 'ends when there is no body', async () => {
    await client.send(`${target.origin}/ok`, { method: 'HEAD' });
    await client.send(`${target.origin}/empty`);
    await client.send(`${target.origin}/status?code=304`);
    const spans = await telemetry.waitFor((all) => all.filter(isClient).length === 3);
    expect(spans.map(({ name, attributes }) => [name, attributes['http.response.status_code']])).toEqual([
      ['HEAD', 200],
      ['GET', 204],
      ['GET', 304],
    ]);
  });

  verifies(['D10', 'R20'], 'shows no secret of its URL', async () => {
    const signed = 'X-Amz-Signature=s3cret&page=2&access_token=s3cret&next=https%3A%2F%2Fme%3As3cret%40host%2F';
    await client.send(`${target.origin}/status;jsessionid=s3cret?${signed}`);
    const span = await clientSpan();
    expect(span.attributes['url.full']).toBe(
      `${target.origin}/status;jsessionid=REDACTED?X-Amz-Signature=REDACTED&page=2&access_token=REDACTED&next=REDACTED`,
    );
    expect(JSON.stringify([span.name, span.attributes, span.events, span.status])).not.toContain('s3cret');
    expect(JSON.stringify(await telemetry.metric('http.client.request.duration'))).not.toContain('s3cret');
  });

  verifies('D10', 'keeps what is sent and what comes back', async () => {
    const body = 'x'.repeat(70_000);
    const { text } = await client.send(`${target.origin}/echo`, { method: 'POST', headers: { 'x-own': 'kept' }, body });
    const echoed = JSON.parse(text) as { headers: Record<string, string>; body: string };
    expect(echoed.body).toBe(body);
    expect(echoed.headers['x-own']).toBe('kept');
    expect((await clientSpan()).name).toBe('POST');
  });

  verifies(['D10', 'M8'], 'has few names for methods', async () => {
    const { status } = await client.send(`${target.origin}/ok`, { method: 'PURGE' });
    expect(status).toBe(200);
    const span = await clientSpan();
    expect(span.name).toBe('HTTP');
    expect(span.attributes).toMatchObject({ 'http.request.method': '_OTHER', 'http.request.method_original': 'PURGE' });
  });

  verifies(['D10', 'R13'], 'is each beneath its own request among two hundred, which go on as themselves', async () => {
    const ids = Array.from({ length: 200 }, (_, id) => id);
    const outcomes = await Promise.all(
      ids.map((id) =>
        withSpan(`work ${id}`, async (span) => {
          const { text } = await client.send(`${target.origin}/echo?id=${id}`);
          const active = trace.getActiveSpan()?.spanContext().spanId;
          const { headers } = JSON.parse(text) as { headers: { traceparent: string } };
          return { own: span.spanContext(), active, sent: headers.traceparent };
        }),
      ),
    );
    const spans = await telemetry.waitFor((all) => all.filter(isClient).length === 200);
    const byParent = new Map(spans.filter(isClient).map((span) => [span.parentSpanContext?.spanId, span]));
    for (const [id, { own, active, sent }] of outcomes.entries()) {
      const span = byParent.get(own.spanId);
      expect(active).toBe(own.spanId);
      expect(span?.attributes['url.full']).toBe(`${target.origin}/echo?id=${id}`);
      expect(sent).toBe(`00-${own.traceId}-${span?.spanContext().spanId}-03`);
    }
  });

  verifies('D10', 'starts a trace outside any span', async () => {
    await context.with(ROOT_CONTEXT, () => client.send(`${target.origin}/ok`));
    expect((await clientSpan()).parentSpanContext).toBeUndefined();
  });

  verifies('D10', 'is nobody\'s while tracing is suppressed', async () => {
    const suppressed = suppressTracing(ROOT_CONTEXT);
    const { text } = await context.with(suppressed, () => client.send(`${target.origin}/echo`));
    expect(text).not.toContain('traceparent');
    expect(telemetry.spans()).toEqual([]);
    expect(await telemetry.metric('http.client.request.duration')).toEqual([]);
  });
});

describe.each(CLIENTS)('after the undo, $name', (client) => {
  verifies(['D10', 'D2'], 'sends what it was given', async () => {
    const target = await startTarget();
    const telemetry = new TelemetryProbe({ outgoing: {} });
    await client.send(`${target.origin}/ok`);
    await telemetry.span(isClient);
    await telemetry.otel.shutdown();
    const other = new TelemetryProbe({ outgoing: false });
    const { text } = await withSpan('work', () => client.send(`${target.origin}/echo`));
    expect(text).not.toContain('traceparent');
    expect(other.spans().map(({ name }) => name)).toEqual(['work']);
    await other.otel.shutdown();
    await target.close();
  });
});
