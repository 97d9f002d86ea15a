import { rawRequest } from './raw-client.js';

/** One request of HTTP/1 in an unusual form. */
export interface WireCase {
  /** What it is, as the object of a sentence. */
  readonly title: string;
  readonly bytes: Buffer;
  readonly head?: boolean;
  /** What its span says; `refused` when Node's parser lets no framework see it. */
  readonly expected: 'refused' | ExpectedSpan;
}

/** The parts of a span that a case decides. */
export interface ExpectedSpan {
  /** A function where the frameworks answer differently: of the status that was answered. */
  readonly name: string | ((status: number) => string);
  /** What is told beyond the host `wire.example`; `undefined` for an attribute that must not be there. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

const HOST = 'Host: wire.example';
const USER = 'GET /users/:id';
const NO_SERVER = { 'server.address': undefined, 'server.port': undefined };

const closing = (...lines: string[]): readonly string[] => [...lines, 'Connection: close'];
const user = (...lines: string[]): Buffer => rawRequest({ target: '/users/1', lines: closing(...lines) });

/** Targets in every form that a request line takes. */
const TARGETS: readonly WireCase[] = [
  { title: 'a HEAD request', bytes: rawRequest({ method: 'HEAD', target: '/users/1' }), head: true, expected: { name: 'HEAD /users/:id' } },
  {
    title: 'OPTIONS *',
    bytes: rawRequest({ method: 'OPTIONS', target: '*' }),
    expected: { name: 'OPTIONS', attributes: { 'url.path': '*' } },
  },
  {
    title: 'a target in absolute form',
    bytes: rawRequest({ target: 'http://bob:hunter2@evil.example/users/1?x=1' }),
    expected: { name: USER, attributes: { 'url.path': '/users/1', 'url.query': 'x=1' } },
  },
  {
    title: 'a target in absolute form without a path',
    bytes: rawRequest({ target: 'http://evil.example' }),
    expected: { name: 'GET', attributes: { 'url.path': '/' } },
  },
  { title: 'a target in authority form', bytes: rawRequest({ target: 'evil.example:443' }), expected: 'refused' },
  { title: 'CONNECT', bytes: rawRequest({ method: 'CONNECT', target: 'evil.example:443' }), expected: 'refused' },
  {
    title: 'a path with double slashes',
    bytes: rawRequest({ target: '//double//slashes' }),
    expected: { name: 'GET', attributes: { 'url.path': '//double//slashes', 'http.route': undefined } },
  },
  {
    title: 'a path that begins as if a host followed',
    bytes: rawRequest({ target: '//evil.example/users/1' }),
    expected: { name: 'GET', attributes: { 'url.path': '//evil.example/users/1' } },
  },
  {
    title: 'a path with percent signs that encode nothing',
    bytes: rawRequest({ target: '/users/%zz' }),
    expected: { name: 'GET', attributes: { 'url.path': '/users/%zz', 'http.response.status_code': 400, 'http.route': undefined } },
  },
  {
    title: 'a path that encodes no UTF-8',
    bytes: rawRequest({ target: '/users/%c0%80' }),
    expected: { name: 'GET', attributes: { 'url.path': '/users/%c0%80', 'http.response.status_code': 400 } },
  },
  {
    title: 'an empty query',
    bytes: rawRequest({ target: '/users/1?' }),
    expected: { name: USER, attributes: { 'url.path': '/users/1', 'url.query': undefined } },
  },
  { title: 'a target that is a question mark', bytes: rawRequest({ target: '?' }), expected: 'refused' },
  {
    title: 'a target with a fragment',
    bytes: rawRequest({ target: '/users/1#frag?x=1' }),
    expected: { name: USER, attributes: { 'url.path': '/users/1', 'url.query': undefined } },
  },
  { title: 'a target that is a fragment', bytes: rawRequest({ target: '#fragment' }), expected: 'refused' },
  {
    title: 'a path of 8 KB',
    bytes: rawRequest({ target: `/users/${'u'.repeat(8192)}` }),
    expected: {
      name: (status) => (status === 200 ? USER : 'GET'),
      attributes: { 'url.path': `/users/${'u'.repeat(4096 - '/users/'.length)}` },
    },
  },
  {
    title: 'a query of 8 KB',
    bytes: rawRequest({ target: `/users/1?q=${'u'.repeat(8192)}` }),
    expected: { name: USER, attributes: { 'url.path': '/users/1', 'url.query': `q=${'u'.repeat(4094)}` } },
  },
  { title: 'bytes in the path that are no UTF-8', bytes: rawRequest({ target: '/users/\xff\xfe?q=\xc3\x28' }), expected: 'refused' },
  { title: 'a NUL in the path', bytes: rawRequest({ target: '/users/\0' }), expected: 'refused' },
];

/** Versions and methods. */
const METHODS: readonly WireCase[] = [
  {
    title: 'HTTP/1.0 without a host',
    bytes: rawRequest({ target: '/users/1', version: 'HTTP/1.0', lines: [] }),
    expected: { name: USER, attributes: { ...NO_SERVER, 'network.protocol.version': '1.0' } },
  },
  { title: 'HTTP/1.1 without a host', bytes: user(), expected: 'refused' },
  { title: 'a method in lower case', bytes: rawRequest({ method: 'get', target: '/users/1' }), expected: 'refused' },
  { title: 'an invented method', bytes: rawRequest({ method: 'BREW', target: '/users/1' }), expected: 'refused' },
  {
    title: 'a method of WebDAV',
    bytes: rawRequest({ method: 'M-SEARCH', target: '/users/1' }),
    expected: { name: 'HTTP', attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'M-SEARCH' } },
  },
  {
    title: 'QUERY',
    bytes: rawRequest({ method: 'QUERY', target: '/users/1' }),
    expected: { name: 'QUERY', attributes: { 'http.request.method': 'QUERY', 'http.request.method_original': undefined } },
  },
  { title: 'the preface of HTTP/2', bytes: Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), expected: 'refused' },
];

/** Hosts that are none leave no server in the span. */
const HOSTS: readonly WireCase[] = [
  ...['', 'a b', 'evil.example:99999', '[::1', 'host:port:port', 'bob:hunter2@evil.example', 'evil.example/x?y', '\xff\xfe', 'h'.repeat(1024)].map(
    (host): WireCase => ({
      title: `the host ${JSON.stringify(host.slice(0, 32))} of ${host.length} bytes`,
      bytes: user(`Host: ${host}`),
      expected: { name: USER, attributes: NO_SERVER },
    }),
  ),
  {
    title: 'the host of an IPv6 address',
    bytes: user('Host: [2001:db8::1]:8443'),
    expected: { name: USER, attributes: { 'server.address': '2001:db8::1', 'server.port': 8443 } },
  },
  {
    title: 'two hosts',
    bytes: user('Host: first.example', 'Host: second.example'),
    expected: { name: USER, attributes: { 'server.address': 'first.example' } },
  },
];

/** Headers at the limits, and beyond. */
const HEADERS: readonly WireCase[] = [
  { title: 'a header of 15 KB', bytes: user(HOST, `X-Big: ${'x'.repeat(15 * 1024)}`), expected: { name: USER } },
  {
    title: 'three hundred headers of 15 KB',
    bytes: user(HOST, ...Array.from({ length: 300 }, (_, i) => `X-Header-${i}: ${'v'.repeat(32)}`)),
    expected: { name: USER },
  },
  { title: 'a header of 17 KB', bytes: user(HOST, `X-Big: ${'x'.repeat(17 * 1024)}`), expected: 'refused' },
  {
    title: 'a user agent of 8 KB',
    bytes: user(HOST, `User-Agent: ${'a'.repeat(8192)}`),
    expected: { name: USER, attributes: { 'user_agent.original': 'a'.repeat(1024) } },
  },
  {
    title: 'header values that are no UTF-8',
    bytes: user(HOST, 'User-Agent: \xff\xfe\x80', 'Baggage: a=\xff', 'Tracestate: a=\xff', 'Traceparent: \xff'),
    expected: { name: USER, attributes: { 'user_agent.original': '\xff\xfe\x80' } },
  },
  {
    title: 'encoded line breaks in the headers that are propagated',
    bytes: user(HOST, 'Traceparent: 00-%0d%0a', 'Tracestate: a=%0d%0aX-Evil:1', 'Baggage: a=%0d%0aX-Evil:1', 'User-Agent: x%0d%0ay'),
    expected: { name: USER, attributes: { 'user_agent.original': 'x%0d%0ay' } },
  },
  ...(['Traceparent', 'Baggage', 'User-Agent'] as const).flatMap((name) =>
    ([['CR', '\r'], ['LF', '\n'], ['NUL', '\0'], ['folded line', '\r\n ']] as const).map(
      ([kind, bytes]): WireCase => ({
        title: `a ${kind} in ${name}`,
        bytes: user(HOST, `${name}: a${bytes}X-Evil b`),
        expected: 'refused',
      }),
    ),
  ),
];

/** Requests that a framework or an observer of requests can stumble over. */
export const WIRE_CASES: readonly WireCase[] = [...TARGETS, ...METHODS, ...HOSTS, ...HEADERS];
