import { conventionViolations } from '../src/conventions/conventions';
import type { SpanRecord } from '../src/conventions/span-record';
import { call, changed, failed, failedRequest, request, type Changes } from './example-spans';

const good: readonly [string, SpanRecord][] = [
  ['a request', request],
  [
    'a request whose route is its path',
    changed(request, { name: 'GET /health', attributes: { 'http.route': '/health', 'url.path': '/health' } }),
  ],
  [
    'a request whose route has an optional end',
    changed(request, { name: 'GET /a/:b?', attributes: { 'http.route': '/a/:b?', 'url.path': '/a' } }),
  ],
  [
    'a request without a route',
    changed(request, { name: 'GET', attributes: { 'http.route': undefined, 'http.response.status_code': 404 } }),
  ],
  [
    'a request of an unknown method',
    changed(request, {
      name: 'HTTP /users/:id',
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'PROPFIND' },
    }),
  ],
  [
    'a request of a method in small letters',
    changed(request, { attributes: { 'http.request.method_original': 'get' } }),
  ],
  [
    'a request for the server itself',
    changed(request, {
      name: 'OPTIONS',
      attributes: { 'http.request.method': 'OPTIONS', 'http.route': undefined, 'url.path': '*' },
    }),
  ],
  [
    'a request over another protocol',
    changed(request, { attributes: { 'network.protocol.name': 'SPDY', 'network.protocol.version': '3.1' } }),
  ],
  [
    'a request over a socket file',
    changed(request, {
      attributes: { 'server.address': undefined, 'server.port': undefined, 'network.peer.port': undefined },
    }),
  ],
  ['a request that failed', failedRequest],
  [
    'a request that failed without an error',
    changed(failedRequest, { status: failed, attributes: { 'error.type': '500' }, events: [] }),
  ],
  ['a request that broke off', changed(failedRequest, { attributes: { 'http.response.status_code': 200 } })],
  [
    'a request whose client went away',
    changed(request, { attributes: { 'http.response.status_code': undefined, 'error.type': 'client_disconnected' } }),
  ],
  ['an outgoing request', call],
  [
    'an outgoing request with a template',
    changed(call, {
      name: 'POST /orders/{id}',
      attributes: { 'url.template': '/orders/{id}', 'http.request.resend_count': 1 },
    }),
  ],
  [
    'an outgoing request that was refused',
    changed(call, { status: failed, attributes: { 'http.response.status_code': 404, 'error.type': '404' } }),
  ],
];

const ofRequests: readonly [string, Changes][] = [
  [
    'http.request.method is missing, and span.http.server requires it',
    { attributes: { 'http.request.method': undefined } },
  ],
  ['url.scheme is missing, and span.http.server requires it', { attributes: { 'url.scheme': undefined } }],
  ['url.path is missing, and span.http.server requires it', { attributes: { 'url.path': undefined } }],
  ['http.request.resend_count is no attribute of span.http.server', { attributes: { 'http.request.resend_count': 1 } }],
  ['db.namespace is no attribute of span.http.server', { attributes: { 'db.namespace': 'shop' } }],
  ["the name is 'GET', not 'GET /users/:id'", { name: 'GET' }],
  ["the name is 'GET /users/:id', not 'GET'", { attributes: { 'http.route': undefined } }],
  [
    "the name is '_OTHER /users/:id', not 'HTTP /users/:id'",
    {
      name: '_OTHER /users/:id',
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'FOO' },
    },
  ],
  ["the name is more than one line: 'GET /\\n'", { name: 'GET /\n', attributes: { 'http.route': '/\n' } }],
  ['http.route is empty', { name: 'GET ', attributes: { 'http.route': '' } }],
  [
    'http.request.method_original is missing beside _OTHER',
    { name: 'HTTP /users/:id', attributes: { 'http.request.method': '_OTHER' } },
  ],
  [
    "http.request.method_original is 'GET' beside the method 'GET'",
    { attributes: { 'http.request.method_original': 'GET' } },
  ],
  [
    "http.request.method_original is 'post' beside the method 'GET'",
    { attributes: { 'http.request.method_original': 'post' } },
  ],
  ['http.response.status_code is no status code: 0', { attributes: { 'http.response.status_code': 0 } }],
  ["network.protocol.version is no version of HTTP: '2.0'", { attributes: { 'network.protocol.version': '2.0' } }],
  ["url.scheme is no scheme: 'HTTPS:'", { attributes: { 'url.scheme': 'HTTPS:' } }],
  ["url.path holds more than the path: '/users/7?page=2'", { attributes: { 'url.path': '/users/7?page=2' } }],
  ["url.path is a whole URL: 'http://shop.example/'", { attributes: { 'url.path': 'http://shop.example/' } }],
  ['url.query is empty', { attributes: { 'url.query': '' } }],
  ["url.query is not the query alone: '?a=1'", { attributes: { 'url.query': '?a=1' } }],
  ["url.query is not the query alone: 'a=1#b'", { attributes: { 'url.query': 'a=1#b' } }],
  ['url.query holds the value of sig', { attributes: { 'url.query': 'sig=REDACTED&a=1&sig=abc' } }],
  ['server.port is missing beside server.address', { attributes: { 'server.port': undefined } }],
  ['the status is OK, which is for the application to set', { status: { code: 'OK' } }],
  [
    "error.type is 'TeapotError' though the status is UNSET",
    { attributes: { 'http.response.status_code': 418, 'error.type': 'TeapotError' } },
  ],
];

const ofFailedRequests: readonly [string, Changes][] = [
  ['error.type is missing though the status is ERROR', { attributes: { 'error.type': undefined } }],
  ['error.type is empty', { attributes: { 'error.type': '' } }],
  [
    "error.type is '500', but http.response.status_code is 503",
    { attributes: { 'error.type': '500', 'http.response.status_code': 503 } },
  ],
  ['the status description repeats http.response.status_code', { status: { ...failed, message: '500' } }],
  ['the status is ERROR though http.response.status_code is 404', { attributes: { 'http.response.status_code': 404 } }],
  ['the status is ERROR though only the client went away', { attributes: { 'error.type': 'client_disconnected' } }],
  [
    'the status is UNSET though http.response.status_code is 500',
    { status: { code: 'UNSET' }, attributes: { 'error.type': 'process_ended' } },
  ],
];

const ofCalls: readonly [string, Changes][] = [
  [
    'http.request.method is missing, and span.http.client requires it',
    { attributes: { 'http.request.method': undefined } },
  ],
  ['url.full is missing, and span.http.client requires it', { attributes: { 'url.full': undefined } }],
  ['server.port is missing, and span.http.client requires it', { attributes: { 'server.port': undefined } }],
  ['http.route is no attribute of span.http.client', { attributes: { 'http.route': '/orders' } }],
  ["the name is 'POST /orders', not 'POST'", { name: 'POST /orders' }],
  ["url.full is no absolute URL: '/orders'", { attributes: { 'url.full': '/orders' } }],
  ['url.full holds a user name or a password', { attributes: { 'url.full': 'https://me:REDACTED@api.example/' } }],
  ['url.full holds the value of Signature', { attributes: { 'url.full': 'https://api.example/?Signature=abc' } }],
  [
    'http.request.resend_count is set though nothing was sent again: 0',
    { attributes: { 'http.request.resend_count': 0 } },
  ],
  ['the status is UNSET though http.response.status_code is 404', { attributes: { 'http.response.status_code': 404 } }],
  ["error.type is 'Timeout' though the status is UNSET", { attributes: { 'error.type': 'Timeout' } }],
  ['network.peer.port is set without network.peer.address', { attributes: { 'network.peer.port': 443 } }],
  ["network.protocol.version is no version of HTTP: 'h2'", { attributes: { 'network.protocol.version': 'h2' } }],
  ["the name is more than one line: 'POST /\\n'", { name: 'POST /\n', attributes: { 'url.template': '/\n' } }],
];

const ofAddresses: readonly [string, Changes][] = ['server', 'client', 'network.peer', 'network.local'].flatMap(
  (side) => {
    const [address, port] = [`${side}.address`, `${side}.port`];
    return [
      [`${port} is set without ${address}`, { attributes: { [address]: undefined, [port]: 80 } }],
      [`${port} is no port: 0`, { attributes: { [address]: 'a.example', [port]: 0 } }],
      [`${port} is no port: 65536`, { attributes: { [address]: 'a.example', [port]: 65_536 } }],
      [`${address} is empty`, { attributes: { [address]: '', [port]: 80 } }],
    ];
  },
);

describe('the conventions for HTTP spans', () => {
  it.each(good)('are kept by %s', (_, span) => {
    expect(conventionViolations(span)).toEqual([]);
  });

  it.each(ofRequests)('are broken by a request: %s', (sentence, changes) => {
    expect(conventionViolations(changed(request, changes))).toEqual([sentence]);
  });

  it.each(ofAddresses)('are broken by a request: %s', (sentence, changes) => {
    expect(conventionViolations(changed(request, changes))).toEqual([sentence]);
  });

  it.each(ofFailedRequests)('are broken by a request that failed: %s', (sentence, changes) => {
    expect(conventionViolations(changed(failedRequest, changes))).toEqual([sentence]);
  });

  it.each(ofCalls)('are broken by an outgoing request: %s', (sentence, changes) => {
    expect(conventionViolations(changed(call, changes))).toEqual([sentence]);
  });

  it('is named for a name of its own that holds the raw path', () => {
    expect(conventionViolations(changed(request, { name: 'see /users/7' }))).toEqual([
      "the name is 'see /users/7', not 'GET /users/:id'",
      "the name holds the raw path: 'see /users/7'",
    ]);
  });

  it('is told of a long value in few words', () => {
    const [sentence = ''] = conventionViolations(
      changed(request, { attributes: { 'url.path': `/${'a'.repeat(5000)}?` } }),
    );
    expect(sentence.length).toBeLessThan(200);
  });
});
