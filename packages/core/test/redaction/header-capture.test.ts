import { createServer, request as sendRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { verifies } from '@otelier/testkit';
import { createHeaderCapture, type HeaderPattern } from '../../src/redaction/header-capture.js';
import { redactHeaderValue } from '../../src/redaction/header-redaction.js';

const everything = createHeaderCapture({ request: [/.*/], response: ['*'] });

/** What a server has of a request with these headers. */
async function received(headers: OutgoingHttpHeaders): Promise<IncomingMessage> {
  const server = createServer((_request, response) => response.end()).listen(0);
  try {
    const arrived = once(server, 'request') as Promise<[IncomingMessage]>;
    const { port } = server.address() as AddressInfo;
    const sent = sendRequest({ port, headers: { connection: 'close', ...headers } });
    sent.end();
    const [[message]] = await Promise.all([arrived, once(sent, 'response')]);
    return message;
  } finally {
    server.close();
  }
}

function capturedNames(patterns: readonly HeaderPattern[], ...names: string[]): string[] {
  const headers = Object.fromEntries(names.map((name) => [name, 'a']));
  return Object.keys(createHeaderCapture({ request: patterns }).request(headers)).map((key) =>
    key.replace('http.request.header.', ''),
  );
}

describe('the capture of headers', () => {
  verifies('R19', 'records names, globs and regular expressions in any case, and nothing else', () => {
    const names = ['Accept', 'X-One', 'x-two', 'tenant', 'tenant-id'];
    expect(capturedNames(['accept'], ...names)).toEqual(['accept']);
    expect(capturedNames(['ACCEPT', 'X-*'], ...names)).toEqual(['accept', 'x-one', 'x-two']);
    expect(capturedNames(['x-t?o'], ...names)).toEqual(['x-two']);
    expect(capturedNames([/^X-/], ...names)).toEqual(['x-one', 'x-two']);
    expect(capturedNames([/tenant/g], ...names, 'tenants')).toEqual(['tenant', 'tenant-id', 'tenants']);
    expect(capturedNames([/enant/y], ...names)).toEqual(['tenant', 'tenant-id']);
    expect(capturedNames(['.*'], ...names)).toEqual([]);
    expect(capturedNames([], ...names)).toEqual([]);
  });

  verifies('R19', 'keeps request and response apart', () => {
    const capture = createHeaderCapture({ request: ['a'], response: ['b'] });
    expect(capture.request({ a: '1', b: '2' })).toEqual({ 'http.request.header.a': ['1'] });
    expect(capture.response({ a: '1', b: '2' })).toEqual({ 'http.response.header.b': ['2'] });
  });

  verifies('R19', 'keeps repeated values apart', async () => {
    const message = await received({ 'x-many': ['1', '2', '3'], 'x-one': 'a, b' });
    const expected = { 'http.request.header.x-many': ['1', '2', '3'], 'http.request.header.x-one': ['a, b'] };
    const capture = createHeaderCapture({ request: ['x-*'], response: ['x-*'] });
    expect(capture.request(message.rawHeaders)).toEqual(expected);
    expect(capture.request(message.headersDistinct)).toEqual(expected);
    expect(capture.request(message.headers)).toEqual({ ...expected, 'http.request.header.x-many': ['1, 2, 3'] });
    expect(capture.request(['X-A', '1', 'x-a', '2', 'odd'])).toEqual({ 'http.request.header.x-a': ['1', '2'] });
    expect(capture.response({ 'X-Count': 5, 'x-list': ['a', 'b'], 'x-none': undefined, 'x-empty': [] })).toEqual({
      'http.response.header.x-count': ['5'],
      'http.response.header.x-list': ['a', 'b'],
    });
  });

  verifies('R19', 'never shows the value of a sensitive header', () => {
    const names = [
      'Authorization',
      'cookie',
      'set-cookie',
      'Proxy-Authorization',
      'x-csrf-token',
      'x-api-key',
      'client-secret',
      'x-password-hash',
      'x-pwd',
      'X-Session-Id',
      'x-jwt-assertion',
      'x-auth-request-user',
    ];
    for (const name of names) {
      expect(everything.request({ [name]: ['s3', 's4'] })).toEqual({
        [`http.request.header.${name.toLowerCase()}`]: ['REDACTED', 'REDACTED'],
      });
      expect(redactHeaderValue(name, 's3')).toBe('REDACTED');
      expect(everything.response([name, 's3'])).toEqual({ [`http.response.header.${name.toLowerCase()}`]: ['REDACTED'] });
    }
  });

  verifies('R19', 'extends the list of sensitive headers', () => {
    const capture = createHeaderCapture({ request: ['*'], response: ['*'], sanitize: ['X-Tenant', 'x-my-*', /customer/g] });
    const headers = { 'x-tenant': 's3', 'x-my-a': 's3', 'the-customer-id': 's3', 'customer': 's3', 'x-tenant-id': 'shown' };
    for (const attributes of [capture.request(headers), capture.response(headers), capture.request(headers)]) {
      expect(Object.values(attributes)).toEqual([['REDACTED'], ['REDACTED'], ['REDACTED'], ['REDACTED'], ['shown']]);
    }
  });

  verifies(['R19', 'R20'], 'redacts the URLs in what it records', () => {
    const table: [string, string, string][] = [
      ['referer', 'https://u:s3@host/a?page=2&token=s3 s3', 'https://REDACTED:REDACTED@host/a?page=2&token=REDACTED'],
      ['Location', '/cb?code=s3&state=1#id_token=s3', '/cb?code=REDACTED&state=1#id_token=REDACTED'],
      ['content-location', '//u:s3@host', '//REDACTED:REDACTED@host'],
      ['origin', 'https://u:s3@host', 'https://REDACTED:REDACTED@host'],
      [
        'link',
        '<https://a/?page=2&token=s3>; rel="next", <https://u:s3@b/>; rel="prev"',
        '<https://a/?page=2&token=REDACTED>; rel="next", <https://REDACTED:REDACTED@b/>; rel="prev"',
      ],
      ['refresh', '5; url=https://host/?token=s3', '5; url=https://host/?token=REDACTED'],
      ['refresh', '5;URL=/a?password=s3', '5;URL=/a?password=REDACTED'],
      ['x-original-url', '/a?sig=s3', '/a?sig=REDACTED'],
      ['x-any', 'token=s3;a=b c=d', 'token=REDACTED c=d'],
      ['x-any', 'token = s3, a = b', 'token =REDACTED a = b'],
      ['x-any', 'password="s3 s3 \\" s3" a', 'password=REDACTED a'],
      ['x-any', "password='s3 s3' a", 'password=REDACTED a'],
      ['x-any', 'token=<s3 s3>s3 a', 'token=REDACTED a'],
      ['x-any', 'a="token=s3 s3', 'a=REDACTED'],
      ['link', '<https://a/?page=2&token=s3 s3>; rel=next', '<https://a/?page=2&token=REDACTED>; rel=next'],
      ['user-agent', 'bot/1 (+https://u:s3@host/?token=s3)', 'bot/1 (+https://REDACTED:REDACTED@host/?token=REDACTED)'],
      ['x-any', '{"password": "s3==", "a": 1}', 'REDACTED'],
      ['x-any', '{"password": "s3"}', 'REDACTED'],
    ];
    for (const [name, value, redacted] of table) {
      expect([name, redactHeaderValue(name, value)]).toEqual([name, redacted]);
    }
  });

  verifies('R19', 'leaves innocent values byte for byte', () => {
    const innocent = [
      'text/html;q=0.9, application/xhtml+xml; level=1',
      'application/x-www-form-urlencoded;charset=utf-8',
      'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
      '"Chromium";v="120", "Not:A-Brand";v="8"',
      'h3=":443"; ma=86400',
      'max-age=0, no-cache="x"',
      'W/"abc=="',
      'bob@example.com',
      '100% sure, %zz',
      '\u00e9\u00ff',
      '',
    ];
    expect(innocent.map((value) => redactHeaderValue('x-any', value))).toEqual(innocent);
  });

  verifies(['R19', 'X6'], 'bounds what a peer can make it record', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`x-${index}`, 'a']));
    expect(Object.keys(everything.request(many))).toHaveLength(64);
    expect(everything.request({ [`x-${'n'.repeat(127)}`]: 'a' })).toEqual({});
    expect(everything.request(Array.from({ length: 200 }, () => ['x-a', 'v']).flat())['http.request.header.x-a']).toHaveLength(16);
    expect(everything.request({ 'x-a': Array.from({ length: 200 }, () => 'v') })['http.request.header.x-a']).toHaveLength(16);
    expect(everything.request({ 'x-a': 'v'.repeat(5000) })).toEqual({ 'http.request.header.x-a': ['v'.repeat(1024)] });
  });

  verifies(['R19', 'X6'], 'takes no pseudo header and stumbles over no name or value', () => {
    expect(everything.request([':path', '/a?token=s3', ':method', 'GET', '', 'a'])).toEqual({});
    const proto = everything.request(['__proto__', '1', 'constructor', '2', 'toString', '3']);
    expect(Object.entries(proto)).toEqual([
      ['http.request.header.__proto__', ['1']],
      ['http.request.header.constructor', ['2']],
      ['http.request.header.tostring', ['3']],
    ]);
    expect(capturedNames(['constructor', '__proto__', 'toString'])).toEqual([]);
    const hostile = {
      toString: () => {
        throw new Error('no text');
      },
    };
    const odd = { 'x-a': hostile, 'x-b': [hostile, 'b'], 'x-c': null, 'x-d': true } as unknown as Record<string, string>;
    expect(everything.response(odd)).toEqual({ 'http.response.header.x-b': ['b'] });
  });
});
