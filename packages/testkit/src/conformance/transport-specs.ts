import { SpanStatusCode } from '@opentelemetry/api';
import { send, sendAndLeave, type Sending } from './http-client.js';
import { sendAndDropConnection } from './http2-client.js';
import { exchange, isServerSpan, serverSpan } from './server-span.js';
import type { Bench, Spec } from './spec.js';

const notOver = { http1: 'it has one request at a time', https: 'it has one request at a time' };

/** One request of HTTP/2 in an unusual form. */
interface StreamCase {
  /** What it is, as the object of a sentence. */
  readonly title: string;
  readonly path: string;
  readonly sending?: Sending;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const STREAM_CASES: readonly StreamCase[] = [
  { title: 'OPTIONS *', path: '*', sending: { method: 'OPTIONS' }, name: 'OPTIONS', attributes: { 'url.path': '*' } },
  { title: 'a path with double slashes', path: '//double//slashes', name: 'GET', attributes: { 'url.path': '//double//slashes' } },
  {
    title: 'a path with percent signs that encode nothing',
    path: '/users/%zz?x=%zz',
    name: 'GET',
    attributes: { 'url.path': '/users/%zz', 'http.response.status_code': 400, 'http.route': undefined },
  },
  {
    title: 'an invented method',
    path: '/users/1',
    sending: { method: 'BREW' },
    name: 'HTTP',
    attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'BREW' },
  },
  {
    title: 'a method in lower case',
    path: '/users/1',
    sending: { method: 'get' },
    name: 'GET',
    attributes: { 'http.request.method': 'GET', 'http.request.method_original': 'get' },
  },
  ...['evil.example:99999', 'host:port:port', 'h'.repeat(1024)].map(
    (host): StreamCase => ({
      title: `the authority ${host.slice(0, 32)} of ${host.length} bytes`,
      path: '/users/1',
      sending: { headers: { host } },
      name: 'GET /users/:id',
      attributes: { 'server.address': undefined, 'server.port': undefined },
    }),
  ),
  {
    title: 'headers of 15 KB',
    path: '/users/1',
    sending: { headers: { baggage: 'b'.repeat(9000), 'user-agent': 'u'.repeat(6000) } },
    name: 'GET /users/:id',
    attributes: { 'user_agent.original': 'u'.repeat(1024) },
  },
];

/** What depends on how requests come in. */
export const TRANSPORT_SPECS: readonly Spec[] = [
  {
    verifies: ['R3', 'R25'],
    title: 'takes the port of a host that names none from the scheme',
    async run(bench) {
      const { span } = await exchange(bench, '/users/1', { headers: { host: 'shop.example' } });
      expect(span.attributes).toMatchObject({
        'server.address': 'shop.example',
        'server.port': bench.server.scheme === 'https' ? 443 : 80,
        'url.scheme': bench.server.scheme,
        'network.protocol.version': bench.server.protocolVersion,
      });
    },
  },
  {
    verifies: ['R8', 'R25'],
    title: 'ends the span of a HEAD request that the client gives up',
    async run(bench) {
      await sendAndLeave(bench.server, { path: '/silent', method: 'HEAD' }, 'before-headers');
      const span = await serverSpan(bench);
      expect([span.name, span.attributes['error.type']]).toEqual(['HEAD /silent', 'client_disconnected']);
      expect(span.attributes['http.response.status_code']).toBeUndefined();
      await bench.telemetry.waitForActive(0);
    },
  },
  {
    verifies: ['R8', 'R25', 'M2'],
    title: 'ends the span of every stream of a connection that goes away',
    notOver,
    async run(bench) {
      await sendAndDropConnection(bench.server, ['/silent', '/begun', '/silent']);
      const spans = (await bench.telemetry.waitFor((all) => all.length >= 3)).map(({ name, status, attributes }) => ({
        name,
        status: status.code,
        error: attributes['error.type'],
        code: attributes['http.response.status_code'],
      }));
      const left = { status: SpanStatusCode.UNSET, error: 'client_disconnected' };
      const silent = { ...left, name: 'GET /silent', code: undefined };
      expect(spans).toHaveLength(3);
      expect(spans).toEqual(expect.arrayContaining([silent, { ...left, name: 'GET /begun', code: 202 }]));
      expect(spans.filter(({ name }) => name === 'GET /silent')).toEqual([silent, silent]);
      await bench.telemetry.waitForActive(0);
    },
  },
  ...STREAM_CASES.map(
    (streamCase): Spec => ({
      verifies: ['R1', 'R3', 'R25', 'X6'],
      title: `observes a stream with ${streamCase.title} once and leaves the answer as it is`,
      notOver: { http1: 'the bytes of a request of HTTP/1 say it', https: 'the bytes of a request of HTTP/1 say it' },
      run: (bench) => checkStream(bench, streamCase),
    }),
  ),
];

async function checkStream(bench: Bench, { path, sending, name, attributes }: StreamCase): Promise<void> {
  const answer = await send(bench.server, path, sending);
  const plain = await send(await bench.plain(), path, sending);
  expect([answer.status, answer.text]).toEqual([plain.status, plain.text]);
  const span = await serverSpan(bench);
  const expected = { 'http.response.status_code': answer.status, 'network.protocol.version': '2', ...attributes };
  const told = Object.fromEntries(Object.keys(expected).map((key) => [key, span.attributes[key]]));
  expect([span.name, told]).toEqual([name, expected]);
  await bench.telemetry.waitForActive(0);
  expect(bench.telemetry.spans().filter(isServerSpan)).toHaveLength(1);
}
