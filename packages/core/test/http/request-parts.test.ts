import { verifies } from '@otelier/testkit';
import { parseHost } from '../../src/http/request-facts.js';
import { normalizeMethod } from '../../src/http/request-method.js';
import { parseTarget } from '../../src/http/request-target.js';
import { redactQuery } from '../../src/http/url-redaction.js';

describe('the parts of a request', () => {
  verifies('R3', 'splits every form of a target', () => {
    const table: [string | undefined, string, string | undefined][] = [
      ['/a/b?c=d', '/a/b', 'c=d'],
      ['/a/b', '/a/b', undefined],
      ['/a?', '/a', undefined],
      ['*', '*', undefined],
      ['//double/slash?x', '//double/slash', 'x'],
      ['http://host.example/a?b=1', '/a', 'b=1'],
      ['http://host.example', '/', undefined],
      ['http://host.example?b=1', '', 'b=1'],
      ['host.example:443', 'host.example:443', undefined],
      ['/a?b#c', '/a', 'b'],
      [undefined, '/', undefined],
    ];
    for (const [target, path, query] of table) {
      expect([target, parseTarget(target)]).toEqual([target, { path, query }]);
    }
  });

  verifies('R3', 'splits a host and refuses a hostile one', () => {
    expect(parseHost('shop.example')).toEqual({ address: 'shop.example', port: undefined });
    expect(parseHost('shop.example:8080')).toEqual({ address: 'shop.example', port: 8080 });
    expect(parseHost('[::1]:3000')).toEqual({ address: '::1', port: 3000 });
    expect(parseHost('[2001:db8::1]')).toEqual({ address: '2001:db8::1', port: undefined });
    for (const hostile of [undefined, '', 'a b', 'a/b', 'user@host', 'a:b:c', `${'a'.repeat(300)}`, 'host:999999']) {
      expect([hostile, parseHost(hostile)]).toEqual([hostile, undefined]);
    }
  });

  verifies('R3', 'normalises methods', () => {
    expect(normalizeMethod('GET')).toEqual({ name: 'GET', original: undefined, spanName: 'GET' });
    expect(normalizeMethod('QUERY')).toEqual({ name: 'QUERY', original: undefined, spanName: 'QUERY' });
    expect(normalizeMethod('get')).toEqual({ name: 'GET', original: 'get', spanName: 'GET' });
    expect(normalizeMethod('BREW')).toEqual({ name: '_OTHER', original: 'BREW', spanName: 'HTTP' });
    expect(normalizeMethod('X'.repeat(500)).original).toHaveLength(64);
  });

  verifies('R3', 'redacts the values of sensitive parameters and leaves the others as they were sent', () => {
    const table: [string, string][] = [
      ['page=2&q=a%20b', 'page=2&q=a%20b'],
      ['token=abc', 'token=REDACTED'],
      ['ACCESS_TOKEN=abc&x=1', 'ACCESS_TOKEN=REDACTED&x=1'],
      ['AWSAccessKeyId=a&Signature=b&X-Amz-Date=c&X-Goog-Expires=d', 'AWSAccessKeyId=REDACTED&Signature=REDACTED&X-Amz-Date=REDACTED&X-Goog-Expires=REDACTED'],
      ['%74oken=abc', '%74oken=REDACTED'],
      ['%FFx=abc', '%FFx=REDACTED'],
      ['token', 'token'],
      ['a=token', 'a=token'],
      ['code=', 'code=REDACTED'],
      ['&&=&', '&&=&'],
      ['a=1;token=abc;b=2', 'a=1;token=REDACTED;b=2'],
      ['pwd=abc&jwt=def', 'pwd=REDACTED&jwt=REDACTED'],
      ['next=%2Fcb%3Faccess_token%3Dabc', 'next=REDACTED'],
      ['to=https://user:pass@host/', 'to=REDACTED'],
      ['to=https%3A%2F%2Fuser%3Apass%40host', 'to=REDACTED'],
      ['to=https%3A%2F%2Fhost%2Fa&mail=a@b.example', 'to=https%3A%2F%2Fhost%2Fa&mail=a@b.example'],
    ];
    for (const [query, redacted] of table) {
      expect([query, redactQuery(query)]).toEqual([query, redacted]);
    }
    expect(redactQuery('x'.repeat(100_000))).toHaveLength(4096);
  });
});
