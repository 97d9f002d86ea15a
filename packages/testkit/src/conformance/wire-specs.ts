import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { sendInTurn } from './http1-client.js';
import { RandomSource, randomBytes, randomRequest } from './random-requests.js';
import type { RawAnswer } from './raw-answers.js';
import { rawRequest, sendRaw, type RawSending } from './raw-client.js';
import { isServerSpan, serverSpan } from './server-span.js';
import type { Bench, Spec } from './spec.js';
import { WIRE_CASES, type ExpectedSpan, type WireCase } from './wire-cases.js';

const notOver = { http2: 'its requests are no text', h2c: 'its requests are no text' };
const GOOD = rawRequest({ target: '/users/1' });

/** Requests as they come over the wire: in every legal form, and in none. */
export const WIRE_SPECS: readonly Spec[] = [
  ...WIRE_CASES.map(
    (wireCase): Spec => ({
      verifies: wireCase.expected === 'refused' ? ['R25', 'X6'] : ['R1', 'R3', 'R25', 'X6'],
      title:
        wireCase.expected === 'refused'
          ? `lets the server refuse ${wireCase.title} as without Otelier`
          : `observes ${wireCase.title} once and leaves the answer as it is`,
      notOver,
      run: (bench) => checkCase(bench, wireCase),
    }),
  ),
  {
    verifies: ['R1', 'R25'],
    title: 'ends each span of a connection that is kept alive with its own answer',
    notOver,
    async run(bench) {
      const paths = ['/slow/1', '/users/2', '/api/acme/orders/3', '/no/such/place', '/users/5'];
      await sendInTurn(bench.server, paths, async (path, at) => {
        const ended = await bench.telemetry.waitFor((spans) => spans.length > at);
        expect(ended).toHaveLength(at + 1);
        expect(ended[at]?.attributes['url.path']).toBe(path);
      });
      const spans = bench.telemetry.spans();
      expect(spans.map(({ name }) => name)).toEqual(['GET /slow/:id', 'GET /users/:id', 'GET /api/:tenant/orders/:order', 'GET', 'GET /users/:id']);
      expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(paths.length);
      // One connection indeed.
      expect(new Set(spans.map((span) => span.attributes['network.peer.port'])).size).toBe(1);
    },
  },
  {
    verifies: ['R1', 'R13', 'R25'],
    title: 'gives each pipelined request its own span, route and context',
    notOver,
    run: checkPipelining,
  },
  {
    verifies: ['X6', 'M2'],
    title: 'leaves the answers to random requests as they are, with one span for each at most',
    notOver: { ...notOver, https: 'the bytes are the same' },
    run: checkRandomRequests,
  },
  {
    verifies: ['X6', 'M2'],
    title: 'answers the next good request whatever bytes came before it',
    notOver: { ...notOver, https: 'the bytes are the same' },
    run: checkRandomBytes,
  },
];

async function checkCase(bench: Bench, { bytes, head = false, expected }: WireCase): Promise<void> {
  const answers = await sendToBoth(bench, bytes, { head });
  if (expected === 'refused') {
    // Whoever observes what the parser refuses knows no more than this.
    expect(bench.telemetry.spans().filter(isServerSpan).length).toBeLessThanOrEqual(1);
  } else {
    checkSpan(bench, await serverSpan(bench), { expected, status: answers[0]?.status ?? 0 });
  }
  await bench.telemetry.waitForActive(0);
}

function checkSpan(
  { server }: Bench,
  span: ReadableSpan,
  { expected, status }: { readonly expected: ExpectedSpan; readonly status: number },
): void {
  const attributes: Record<string, unknown> = {
    'http.response.status_code': status,
    'url.scheme': server.scheme,
    'network.protocol.version': '1.1',
    'server.address': 'wire.example',
    'server.port': server.scheme === 'https' ? 443 : 80,
    ...expected.attributes,
  };
  const told = Object.fromEntries(Object.keys(attributes).map((name) => [name, span.attributes[name]]));
  expect(span.name).toBe(typeof expected.name === 'string' ? expected.name : expected.name(status));
  expect(told).toEqual(attributes);
}

async function checkPipelining(bench: Bench): Promise<void> {
  const requests = [
    { path: '/slow/1', route: '/slow/:id', status: 200 },
    { path: '/users/2?x=2', route: '/users/:id', status: 200 },
    { path: '/errors/teapot', route: '/errors/teapot', status: 418 },
    { path: '/stream', route: '/stream', status: 200 },
    { path: '/slow/5', route: '/slow/:id', status: 200 },
    { path: '/api/acme/orders/6', route: '/api/:tenant/orders/:order', status: 200 },
  ].map((request, at) => ({ ...request, traceId: String(at + 1).repeat(32), parentId: String(at + 1).repeat(16) }));
  const bytes = requests.map(({ path, traceId, parentId }, at) => {
    const traceparent = `Traceparent: 00-${traceId}-${parentId}-01`;
    const end = at === requests.length - 1 ? ['Connection: close'] : [];
    return rawRequest({ target: path, lines: ['Host: wire.example', traceparent, ...end] });
  });
  const answers = await sendRaw(bench.server, Buffer.concat(bytes));
  expect(answers.map(({ status }) => status)).toEqual(requests.map(({ status }) => status));
  const active = [0, 4].map((at) => JSON.parse(answers[at]?.text ?? '') as { before: string; after: string });
  expect(active).toEqual([0, 4].map((at) => ({ before: requests[at]?.traceId, after: requests[at]?.traceId })));
  const spans = (await bench.telemetry.waitFor((all) => all.length >= requests.length)).map((span) => ({
    traceId: span.spanContext().traceId,
    parentId: span.parentSpanContext?.spanId,
    route: span.attributes['http.route'],
    status: span.attributes['http.response.status_code'],
  }));
  expect(spans).toHaveLength(requests.length);
  expect(spans).toEqual(expect.arrayContaining(requests.map(({ path: _path, ...told }) => told)));
}

async function checkRandomRequests(bench: Bench): Promise<void> {
  const random = new RandomSource(25);
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(Array.from({ length: 25 }, () => sendToBoth(bench, randomRequest(random), {})));
  }
  await bench.telemetry.waitForActive(0);
  const spans = bench.telemetry.spans();
  expect(spans.length).toBeGreaterThan(100);
  expect(spans.length).toBeLessThanOrEqual(500);
}

async function checkRandomBytes(bench: Bench): Promise<void> {
  const random = new RandomSource(6);
  for (let round = 0; round < 20; round += 1) {
    const sent = Array.from({ length: 75 }, () => sendRaw(bench.server, randomBytes(random), { halfClose: true }));
    await Promise.all(sent);
    const [good] = await sendRaw(bench.server, GOOD);
    expect([good?.status, good?.text]).toEqual([200, '{"id":"1"}']);
  }
  await bench.telemetry.waitForActive(0);
}

/** Sends bytes to the host and to the same program without Otelier: the answers do not differ. */
async function sendToBoth(bench: Bench, bytes: Buffer, sending: RawSending): Promise<readonly RawAnswer[]> {
  const [answers, plain] = await Promise.all([
    sendRaw(bench.server, bytes, sending),
    bench.plain().then((server) => sendRaw(server, bytes, sending)),
  ]);
  expect(answers.map(withoutDate)).toEqual(plain.map(withoutDate));
  return answers;
}

function withoutDate({ headers: { date: _date, ...headers }, ...answer }: RawAnswer): RawAnswer {
  return { ...answer, headers };
}
