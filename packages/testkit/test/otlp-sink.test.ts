import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runProgram, startOtlpSink } from '@otelier/testkit';
import type { OtlpSink } from '@otelier/testkit';

const traceId = '0af7651916cd43dd8448eb211c80319c';

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});

afterEach(async () => {
  await sink.close();
});

// In a process of its own: the stock exporters load `node:http` by a dynamic import, which Jest does not allow.
async function send(what: string, compression = 'none'): Promise<void> {
  const program = await runProgram(join(__dirname, '../fixtures/stock-exporters.mjs'), {
    args: [what, sink.url, compression],
  });
  expect(await program.exit).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
}

it.each([
  ['traces-protobuf', 'none', { type: 'application/x-protobuf', encoding: 'identity' }],
  ['traces-protobuf', 'gzip', { type: 'application/x-protobuf', encoding: 'gzip' }],
  ['traces-json', 'none', { type: 'application/json', encoding: 'identity' }],
  ['traces-json', 'gzip', { type: 'application/json', encoding: 'gzip' }],
])('decodes every field of the spans that the stock exporter sends as %s, %s', async (what, compression, sent) => {
  await send(what, compression);
  const spans = await sink.waitForSpans((all) => all.length === 2);
  const server = spans.find((span) => span.kind === 'SERVER');
  const client = spans.find((span) => span.kind === 'CLIENT');
  expect(server).toEqual({
    traceId,
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    parentSpanId: '00f067aa0ba902b7',
    flags: 0x301,
    name: 'GET /users/:id',
    kind: 'SERVER',
    startTimeUnixNano: 1_700_000_000_123_456_789n,
    endTimeUnixNano: 1_700_000_001_000_000_001n,
    attributes: {},
    events: [
      {
        name: 'exception',
        timeUnixNano: 1_700_000_000_200_000_001n,
        attributes: { 'exception.type': 'TypeError' },
        droppedAttributesCount: 0,
      },
    ],
    links: [{ traceId, spanId: '00f067aa0ba902b7', flags: 0x301, attributes: { a: 1 }, droppedAttributesCount: 0 }],
    status: { code: 'ERROR', message: 'broken' },
    resource: { 'service.name': 'shop', 'process.pid': 7 },
    scope: { name: 'checkout', version: '1.2.3' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  });
  expect(client).toMatchObject({
    traceId,
    parentSpanId: server?.spanId,
    status: { code: 'UNSET' },
    attributes: { rows: 3, ratio: 0.5, cached: false, tags: ['x', 'y'], none: '' },
  });
  const headers = expect.objectContaining({ 'content-type': sent.type });
  const bytes = expect.any(Number);
  const request = { method: 'POST', path: '/v1/traces', headers, bytes, encoding: sent.encoding, status: 200 };
  expect(sink.requests()).toEqual([request, request]);
});

it('decodes sums, gauges and histograms that the stock exporter sends', async () => {
  await send('metrics');
  const metrics = await sink.waitForMetrics((all) => all.length === 4);
  const byName = Object.fromEntries(metrics.map((metric) => [metric.name, metric]));
  expect(byName['http.server.request.duration']).toMatchObject({
    type: 'histogram',
    unit: 's',
    temporality: 'CUMULATIVE',
    scope: { name: 'http', version: '2' },
    resource: { 'service.name': 'shop' },
    dataPoints: [
      {
        attributes: { 'http.route': '/a' },
        count: 4,
        sum: expect.closeTo(8.15, 9),
        min: 0.05,
        max: 7,
        explicitBounds: [0.1, 1],
        bucketCounts: [1, 2, 1],
      },
    ],
  });
  expect(byName['active']).toMatchObject({ type: 'sum', monotonic: false, dataPoints: [{ value: -2 }] });
  expect(byName['calls']).toMatchObject({
    type: 'sum',
    monotonic: true,
    dataPoints: [{ value: 5, attributes: { kind: 'x' } }],
  });
  expect(byName['heat']).toMatchObject({ type: 'gauge', dataPoints: [{ value: 36.6 }] });
  expect(byName['heat']?.temporality).toBeUndefined();
});

it('decodes log records with bodies, traces and event names', async () => {
  await send('logs');
  const [record] = await sink.waitForLogs((all) => all.length === 1);
  expect(record).toMatchObject({
    severityNumber: 9,
    severityText: 'INFO',
    eventName: 'order.made',
    body: { order: { id: 12, lines: ['a'] } },
    attributes: { user: 'ada' },
    traceId,
    spanId: '00f067aa0ba902b7',
    flags: 1,
    scope: { name: 'app' },
  });
});

it('says what did arrive when the awaited spans do not come', async () => {
  await send('traces-protobuf');
  const wait = sink.waitForSpans((all) => all.length > 2, { timeoutMillis: 20 });
  await expect(wait).rejects.toThrow(
    /did not come within 20 ms[^]*'shop' SERVER 'GET \/users\/:id' ERROR \(trace [0-9a-f]{32}/,
  );
});

describe('a request made by hand', () => {
  const span = { traceId, spanId: '00f067aa0ba902b7', name: 'a' };
  const post = async (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${sink.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body),
    });
  const request = (...spans: object[]): object => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

  it('is taken, and integers beyond the safe range keep their value', async () => {
    const attributes = [
      { key: 'big', value: { intValue: '9007199254740993' } },
      { key: '__proto__', value: { stringValue: 'own' } },
      { key: 'bytes', value: { bytesValue: 'AQI=' } },
    ];
    const response = await post(request({ ...span, startTimeUnixNano: '1700000000123456789', attributes }));
    expect([response.status, await response.text()]).toEqual([200, '{}']);
    const [received] = sink.spans();
    expect(received?.startTimeUnixNano).toBe(1_700_000_000_123_456_789n);
    expect(Object.entries(received?.attributes ?? {})).toEqual([
      ['big', 9_007_199_254_740_993n],
      ['__proto__', 'own'],
      ['bytes', new Uint8Array([1, 2])],
    ]);
  });

  it('is forgotten when the sink is cleared', async () => {
    await post(request(span));
    expect(sink.spans()).toHaveLength(1);
    sink.clear();
    expect([sink.spans(), sink.metrics(), sink.logs(), sink.requests()]).toEqual([[], [], [], []]);
  });

  it.each([
    ['an id of the wrong length', request({ ...span, traceId: 'abc' }), {}, 400],
    ['an id of zeros', request({ ...span, spanId: '0000000000000000' }), {}, 400],
    ['a span kind that does not exist', request({ ...span, kind: 9 }), {}, 400],
    ['an attribute that comes twice', request({ ...span, attributes: [{ key: 'a' }, { key: 'a' }] }), {}, 400],
    ['text that is not JSON', Buffer.from('{'), {}, 400],
    ['bytes that are not gzip', request(span), { 'content-encoding': 'gzip' }, 400],
    ['an unknown encoding', request(span), { 'content-encoding': 'br' }, 415],
    ['an unknown content type', request(span), { 'content-type': 'text/plain' }, 415],
    ['bytes that are not protobuf', Buffer.from([0xff, 0xff]), { 'content-type': 'application/x-protobuf' }, 400],
  ])('is refused and kept out of the spans with %s', async (_, body, headers, status) => {
    expect((await post(body, headers)).status).toBe(status);
    expect(sink.spans()).toEqual([]);
    expect(sink.requests()).toEqual([expect.objectContaining({ status, refusal: expect.any(String) })]);
  });

  it('is refused at another path and with another method', async () => {
    expect((await fetch(`${sink.url}/v1/profiles`, { method: 'POST', body: '' })).status).toBe(404);
    expect((await fetch(`${sink.url}/v1/traces`)).status).toBe(405);
  });

  it('gets the answer that was set, and its spans are not kept unless it is a 2xx', async () => {
    sink.answerWith({ status: 503, headers: { 'retry-after': '7' }, body: 'later', times: 1 });
    const refused = await post(gzipSync(JSON.stringify(request(span))), { 'content-encoding': 'gzip' });
    expect([refused.status, refused.headers.get('retry-after'), await refused.text()]).toEqual([503, '7', 'later']);
    expect(sink.spans()).toEqual([]);
    expect((await post(request(span))).status).toBe(200);
    expect(sink.spans()).toHaveLength(1);
    expect(sink.requests().map(({ status, encoding }) => [status, encoding])).toEqual([
      [503, 'gzip'],
      [200, 'identity'],
    ]);
  });

  it('gets no answer from a black hole, and is dropped when the sink closes', async () => {
    sink.answerWith({ hang: true });
    const outcome = post(request(span)).then(
      () => 'answered',
      () => 'dropped',
    );
    while (sink.requests().length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sink.requests()[0]?.status).toBeUndefined();
    await sink.close();
    await expect(outcome).resolves.toBe('dropped');
  });

  it('meets a reset connection, then a delayed answer', async () => {
    sink.answerWith({ reset: true });
    await expect(post(request(span))).rejects.toThrow('fetch failed');
    sink.answerWith({ status: 202, delayMillis: 5 });
    expect((await post(request(span))).status).toBe(202);
  });
});
