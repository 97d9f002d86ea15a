import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { send, sendAndLeave } from './http-client.js';
import { leavePipelined, rawRequest, sendRaw, type RawRequest } from './raw-client.js';
import { durationMillis, exceptionsOf, exchange, isServerSpan, serverSpan } from './server-span.js';
import type { Bench, Spec } from './spec.js';

const DURATION = 'http.server.request.duration';

const notOverHttp2 = { http2: 'its requests are no text', h2c: 'its requests are no text' };
const hasNoStreams = { http1: 'it has no streams', https: 'it has no streams' };

/** One way in which a server breaks an exchange off, and what its span says. */
interface BreakCase {
  readonly by: string;
  readonly title: string;
  readonly errorType: string;
  readonly notOver?: Spec['notOver'];
}

const BREAK_CASES: readonly BreakCase[] = [
  { by: 'response', title: 'destroys the response', errorType: 'server_disconnected' },
  { by: 'socket', title: 'destroys the socket', errorType: 'server_disconnected' },
  { by: 'connections', title: 'closes its connections', errorType: 'server_disconnected' },
  { by: 'stream', title: 'closes the stream', errorType: 'server_disconnected', notOver: hasNoStreams },
  { by: 'error', title: 'destroys the response with an error', errorType: 'BoomError' },
  { by: 'upstream', title: 'hands on that an upstream went away', errorType: 'Error' },
  {
    by: 'silence',
    title: 'lets a response time out',
    errorType: 'timeout',
    notOver: { http2: 'nothing is destroyed then', h2c: 'nothing is destroyed then' },
  },
  { by: 'patience', title: 'destroys a response that has timed out', errorType: 'timeout' },
];

/** One request that a server of HTTP/1 refuses before any handler, or in the middle of its body. */
interface RefusalCase {
  readonly title: string;
  readonly request: RawRequest;
  /** What follows the head. */
  readonly body?: string;
  readonly status: number;
  readonly errorType: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const UPLOAD = ['Host: wire.example', 'Content-Type: application/json', 'Transfer-Encoding: chunked'];

const REFUSAL_CASES: readonly RefusalCase[] = [
  {
    title: 'a request line that is malformed',
    request: { target: '/users/1?token=hunter2', version: 'HTTP/9.9' },
    status: 400,
    errorType: 'HPE_INVALID_VERSION',
    attributes: { 'http.request.method': 'GET', 'url.path': '/users/1', 'url.query': 'token=REDACTED' },
  },
  {
    title: 'a request line of garbage',
    request: { method: '\u0016\u0003\u0001', target: '/' },
    status: 400,
    errorType: 'HPE_INVALID_METHOD',
    attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': undefined, 'url.path': '' },
  },
  {
    title: 'a header that is malformed',
    request: { method: 'DELETE', target: '/users/1', lines: ['Host : wire.example', 'X-A: b'] },
    status: 400,
    errorType: 'HPE_INVALID_HEADER_TOKEN',
    attributes: { 'http.request.method': 'DELETE', 'url.path': '/users/1', 'network.protocol.version': '1.1' },
  },
  {
    title: 'headers that are too large',
    request: { target: '/users/1', lines: ['Host: wire.example', `X-Large: ${'x'.repeat(17_000)}`] },
    status: 431,
    errorType: 'HPE_HEADER_OVERFLOW',
    attributes: {},
  },
  {
    title: 'a request without a host',
    request: { target: '/users/1', lines: ['X-A: b'] },
    status: 400,
    errorType: undefined,
    attributes: { 'http.request.method': 'GET', 'url.path': '/users/1', 'http.route': undefined },
  },
  {
    title: 'an expectation that nobody knows',
    request: { method: 'POST', target: '/body', lines: ['Host: wire.example', 'Expect: the-unexpected', 'Connection: close'] },
    status: 417,
    errorType: undefined,
    attributes: { 'http.request.method': 'POST', 'url.path': '/body', 'server.address': 'wire.example' },
  },
  {
    title: 'a chunk of a body that is malformed',
    request: { method: 'POST', target: '/body', lines: UPLOAD },
    body: 'ZZ\r\n',
    status: 400,
    errorType: 'HPE_INVALID_CHUNK_SIZE',
    attributes: { 'http.request.method': 'POST', 'url.path': '/body', 'server.address': 'wire.example' },
  },
];

/** How exchanges end that the connection decides. */
export const CONNECTION_SPECS: readonly Spec[] = [
  ...BREAK_CASES.flatMap((breakCase) => [
    breakSpec(breakCase, { path: `/broken-by/${breakCase.by}`, status: undefined }),
    breakSpec(breakCase, { path: `/begun-and-broken-by/${breakCase.by}`, status: 202 }),
  ]),
  ...REFUSAL_CASES.map(
    (refusal): Spec => ({
      verifies: ['R9', 'M1', 'M2'],
      title: `ends the one span of ${refusal.title} with what is known`,
      notOver: notOverHttp2,
      run: (bench) => checkRefusal(bench, refusal),
    }),
  ),
  {
    verifies: ['R8', 'M1', 'M2'],
    title: 'ends the span of a client that leaves in the middle of what it sends',
    async run(bench) {
      const headers = { 'content-type': 'application/json', 'content-length': '1000' };
      await sendAndLeave(bench.server, { path: '/body', method: 'POST', headers, body: '{"a":' }, 'in-upload');
      const span = await serverSpan(bench);
      expect([span.status.code, span.events]).toEqual([SpanStatusCode.UNSET, []]);
      expect(span.attributes['error.type']).toBe('client_disconnected');
      expect(span.attributes['http.response.status_code']).toBeUndefined();
      await expectMeasured(bench, span);
    },
  },
  {
    verifies: ['R8', 'R25', 'M2'],
    title: 'ends the spans of pipelined requests whose client leaves before the first is answered',
    notOver: notOverHttp2,
    async run(bench) {
      // Of a request that was read to its end and waits for its turn, Node tells nobody anything more.
      const upload = [...UPLOAD.slice(0, 2), 'Content-Length: 9'];
      const requests = [
        rawRequest({ target: '/silent', lines: ['Host: wire.example'] }),
        Buffer.concat([rawRequest({ method: 'POST', target: '/body', lines: upload }), Buffer.from('{"a":"1"}')]),
        rawRequest({ target: '/users/2', lines: ['Host: wire.example'] }),
        rawRequest({ target: '/silent', lines: ['Host: wire.example'] }),
      ];
      await leavePipelined(bench.server, Buffer.concat(requests), requests.length);
      const spans = await bench.telemetry.waitFor((all) => all.length >= requests.length);
      expect(spans.map(({ attributes }) => attributes['error.type'])).toEqual(requests.map(() => 'client_disconnected'));
      await bench.telemetry.waitForActive(0);
    },
  },
  {
    verifies: ['R7'],
    title: 'ends the span of a response with early hints after its last byte',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/hints');
      expect([answer.status, answer.text]).toEqual([203, 'hinted']);
      expect(span.attributes['http.response.status_code']).toBe(203);
    },
  },
  ...([['/empty', 204], ['/unchanged', 304]] as const).map(
    ([path, status]): Spec => ({
      verifies: ['R7'],
      title: `ends the span of a ${status} without a body`,
      async run(bench) {
        const { answer, span } = await exchange(bench, path);
        expect([answer.status, answer.text, span.attributes['http.response.status_code']]).toEqual([status, '', status]);
        expect(span.attributes['error.type']).toBeUndefined();
      },
    }),
  ),
  {
    verifies: ['R7'],
    title: 'ends the span of a request that waits for 100 Continue with its answer',
    notOver: notOverHttp2,
    async run(bench) {
      const lines = [...UPLOAD.slice(0, 2), 'Content-Length: 9', 'Expect: 100-continue', 'Connection: close'];
      const head = rawRequest({ method: 'POST', target: '/body', lines });
      const [answer] = await sendRaw(bench.server, Buffer.concat([head, Buffer.from('{"a":"1"}')]));
      const span = await serverSpan(bench);
      expect([answer?.status, span.attributes['http.response.status_code']]).toEqual([200, 200]);
    },
  },
];

function breakSpec(
  { title, errorType, notOver }: BreakCase,
  { path, status }: { readonly path: string; readonly status: number | undefined },
): Spec {
  return {
    verifies: ['R9', 'M1', 'M2'],
    title: `tells that the server ${title} ${status === undefined ? 'before the answer' : 'in the middle of the answer'}`,
    ...(notOver === undefined ? {} : { notOver }),
    async run(bench) {
      // A client of HTTP/2 takes a stream that is closed without a reason for a short answer.
      await Promise.allSettled([send(bench.server, path)]);
      const span = await serverSpan(bench);
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes['error.type']).toBe(errorType);
      expect(span.attributes['http.response.status_code']).toBe(status);
      expect(exceptionsOf(span)).toHaveLength(errorType.endsWith('Error') ? 1 : 0);
      await expectMeasured(bench, span);
    },
  };
}

async function checkRefusal(bench: Bench, refusal: RefusalCase): Promise<void> {
  // Express knows its server from the first request on.
  await send(bench.server, '/users/1');
  await bench.telemetry.waitFor((spans) => spans.length === 1);
  await bench.telemetry.clear();
  const { request, body = '' } = refusal;
  const answers = await sendRaw(bench.server, Buffer.concat([rawRequest(request), Buffer.from(body)]));
  expect(answers.map(({ status }) => status)).toEqual([refusal.status]);
  const span = await serverSpan(bench);
  const expected: Record<string, unknown> = {
    'http.response.status_code': refusal.status,
    'error.type': refusal.errorType,
    'url.scheme': bench.server.scheme,
    'client.address': '127.0.0.1',
    ...refusal.attributes,
  };
  expect(Object.fromEntries(Object.keys(expected).map((name) => [name, span.attributes[name]]))).toEqual(expected);
  expect(span.status.code).toBe(SpanStatusCode.UNSET);
  await expectMeasured(bench, span);
}

/** The metric says the same as the span, and no request is active any more. */
async function expectMeasured({ telemetry }: Bench, span: ReadableSpan): Promise<void> {
  const names = ['http.request.method', 'http.response.status_code', 'error.type', 'url.scheme', 'http.route', 'network.protocol.version'];
  const known = names.filter((name) => span.attributes[name] !== undefined);
  expect(await telemetry.metric(DURATION)).toEqual([
    expect.objectContaining({
      count: 1,
      sum: expect.closeTo(durationMillis(span) / 1000, 8) as number,
      attributes: Object.fromEntries(known.map((name) => [name, span.attributes[name]])),
    }),
  ]);
  await telemetry.waitForActive(0);
  expect(telemetry.spans().filter(isServerSpan)).toHaveLength(1);
}
