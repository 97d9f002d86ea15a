import { verifies } from '@otelier/testkit';
import { parseHost } from '../../src/http/facts/request-facts.js';
import { normalizeMethod } from '../../src/http/facts/request-method.js';
import { parseTarget } from '../../src/http/facts/request-target.js';

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
      ['http://host.example?b=1', '/', 'b=1'],
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
    for (const hostile of [undefined, '', 'a b', 'a/b', 'user@host', 'a:b:c', `${'a'.repeat(300)}`, 'host:999999', 'host:65536', 'host:0', '\xff\xfe', 'a\tb']) {
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
});
