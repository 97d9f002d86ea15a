import { expectDiagnostics, verifies } from '@otelier/testkit';
import { createOutgoingRules } from '../../src/options/outgoing-rules.js';
import type { OutgoingRule } from '../../src/options/outgoing-options.js';
import type { OtelOptions } from '../../src/options/otel-options.js';
import { resolved } from './known-surroundings.js';

const target = { method: 'GET', url: 'http://127.0.0.1/' };

/** Whether one rule names a URL. */
function names(rule: OutgoingRule, url: string): boolean {
  return createOutgoingRules('outgoing.propagateTo', [rule])({ method: 'GET', url });
}

describe('rules for outgoing requests', () => {
  const cases: readonly (readonly [rule: OutgoingRule, yes: readonly string[], no: readonly string[]])[] = [
    [
      'api.example.com',
      ['https://api.example.com/', 'http://API.example.com:8080/x?y', 'https://me:pw@api.example.com/'],
      ['https://example.com/', 'https://api.example.com.evil/', 'https://evil/api.example.com', 'https://api.example.com@evil/'],
    ],
    ['localhost:3000', ['http://localhost:3000/x'], ['http://localhost/', 'http://localhost:30000/']],
    ['example.com:443', ['https://example.com/'], ['http://example.com/', 'https://example.com:8443/']],
    ['*.example.com', ['https://a.example.com/', 'https://a.b.example.com/'], ['https://example.com/', 'https://evil/a.example.com']],
    ['[::1]:80', ['http://[::1]/'], ['http://[::2]/']],
    ['[0:0::1]', ['http://[::1]/', 'http://[::1]:81/'], ['http://[::2]/']],
    ['[0:0::1]:081', ['http://[::1]:81/'], ['http://[::1]/']],
    ['127.1', ['http://127.0.0.1/', 'https://127.0.0.1:8443/'], ['http://127.0.0.2/', 'http://127.1.example/']],
    ['127.1:443', ['https://127.0.0.1/'], ['http://127.0.0.1/']],
    ['München.localhost', ['http://münchen.localhost/', 'http://xn--mnchen-3ya.localhost:81/'], ['http://munchen.localhost/']],
    ['*.MÜNCHEN.example', ['http://a.münchen.example/'], ['http://a.munchen.example/']],
    ['*.0.0.1', ['http://127.0.0.1/'], ['http://127.0.0.2/']],
    [
      'https://api.example.com',
      ['https://api.example.com', 'https://api.example.com/x', 'https://api.example.com:443/x'],
      ['http://api.example.com/', 'https://api.example.com.evil/', 'https://api.example.com:444/', 'https://api.example.com@evil/'],
    ],
    [
      'https://example.com/v1/',
      ['https://example.com/v1', 'https://example.com/v1/a?b', 'https://example.com/v1?x'],
      ['https://example.com/v10', 'https://example.com/', 'https://example.com/v2/../v10'],
    ],
    [/example\.com\/v\d/g, ['https://example.com/v1', 'https://example.com/v1'], ['https://example.com/']],
    [({ method, url }) => method === 'GET' && url.endsWith('/ok'), ['http://a/ok'], ['http://a/no']],
  ];
  for (const [rule, yes, no] of cases) {
    verifies('D10', `name by ${String(rule)} what they say and nothing else`, () => {
      expect(yes.filter((url) => !names(rule, url))).toEqual([]);
      expect(no.filter((url) => names(rule, url))).toEqual([]);
    });
  }

  verifies('D10', 'know a name with an umlaut the thousandth time too', () => {
    const test = createOutgoingRules('outgoing.propagateTo', ['münchen.example']);
    const failed = Array.from({ length: 20_000 }, () => test({ method: 'GET', url: 'http://münchen.example/' })).indexOf(false);
    expect(failed).toBe(-1);
  });

  verifies(['D10', 'X6'], 'mean no where a function throws, promises or answers anything else', () => {
    expectDiagnostics('OTELIER_HOOK_FAILED');
    const failing = (): never => {
      throw new Error('rule');
    };
    for (const rule of [failing, () => 1, () => 'yes', () => Promise.resolve(true)] as unknown as OutgoingRule[]) {
      expect(names(rule, target.url)).toBe(false);
    }
  });

  verifies(['D10', 'X6'], 'end in time for a URL of any length, and for what is none', () => {
    const long = `http://127.0.0.1/${'a'.repeat(1_000_000)}`;
    expect(names(/(a+)+$/, `http://${'b'.repeat(20)}`)).toBe(false);
    expect(names('*a*a*a*b', long)).toBe(false);
    expect(names('example.com', 'no URL')).toBe(false);
  });
});

describe('the options of outgoing requests', () => {
  it('propagate to everybody, ignore nobody and start traces by default', () => {
    const { outgoing } = resolved({}).options;
    expect(outgoing).toMatchObject({ enabled: true, rootRequests: true, capturesHeaders: false });
    expect([outgoing.propagatesTo(target), outgoing.isIgnored(target)]).toEqual([true, false]);
    expect(Object.isFrozen(outgoing)).toBe(true);
  });

  it('are off with false', () => {
    expect(resolved({}, { outgoing: false }).options.outgoing.enabled).toBe(false);
    expect(resolved({}, { outgoing: undefined }).options.outgoing.enabled).toBe(true);
  });

  it('send the context to nobody with an empty list', () => {
    expect(resolved({}, { outgoing: { propagateTo: [] } }).options.outgoing.propagatesTo(target)).toBe(false);
  });

  verifies('R19', 'take the headers from the variables where no option does', () => {
    const env = {
      OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST: 'X-One,x-two.*',
      OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS: 'hidden',
    };
    const sent = { 'x-one': 'a', 'x-two-hidden': 'b', 'x-three': 'c' };
    const { headers, capturesHeaders } = resolved(env).options.outgoing;
    expect(capturesHeaders).toBe(true);
    expect(headers.request(sent)).toEqual({
      'http.request.header.x-one': ['a'],
      'http.request.header.x-two-hidden': ['REDACTED'],
    });
    expect(headers.response(sent)).toEqual({});
    const given = resolved(env, { outgoing: { headers: { request: ['x-three'] } } }).options.outgoing;
    expect(given.headers.request(sent)).toEqual({ 'http.request.header.x-three': ['c'] });
  });

  const RULES = 'an array of hosts, URLs without a query, regular expressions and functions';
  const wrong: readonly (readonly [options: unknown, name: string, shown: string, allowed: string])[] = [
    [{ outgoing: true }, 'outgoing', 'true', 'false or an object'],
    [{ outgoing: null }, 'outgoing', 'null', 'false or an object'],
    [{ outgoing: [] }, 'outgoing', 'an array', 'an object'],
    [{ outgoing: { propagateTo: 'a.example' } }, 'outgoing.propagateTo', '"a.example"', RULES],
    [{ outgoing: { propagateTo: ['https://a.example/?b'] } }, 'outgoing.propagateTo', 'an array', RULES],
    [{ outgoing: { propagateTo: ['https://'] } }, 'outgoing.propagateTo', 'an array', RULES],
    [{ outgoing: { propagateTo: ['a.example/path'] } }, 'outgoing.propagateTo', 'an array', RULES],
    [{ outgoing: { propagateTo: ['a.example\\path'] } }, 'outgoing.propagateTo', 'an array', RULES],
    [{ outgoing: { propagateTo: ['999.1.1.1'] } }, 'outgoing.propagateTo', 'an array', RULES],
    [{ outgoing: { propagateTo: ['a.example:99999'] } }, 'outgoing.propagateTo', 'an array', RULES],
    [{ outgoing: { propagateTo: [''] } }, 'outgoing.propagateTo', 'an array', RULES],
    [{ outgoing: { ignore: [7] } }, 'outgoing.ignore', 'an array', RULES],
    [{ outgoing: { rootRequests: 'no' } }, 'outgoing.rootRequests', '"no"', 'true or false'],
    [{ outgoing: { headers: { request: 'x' } } }, 'outgoing.headers.request', '"x"', 'an array of names, globs and regular expressions'],
  ];
  for (const [options, name, shown, allowed] of wrong) {
    it(`throw for ${name} that is ${JSON.stringify(options)}`, () => {
      expect(() => resolved({}, options as OtelOptions)).toThrow(
        new TypeError(`[otelier] option ${name}: ${shown} is not allowed. Allowed: ${allowed}.`),
      );
    });
  }

  it('throw for a name that does not exist', () => {
    const options = { outgoing: { propagate: [] } } as unknown as OtelOptions;
    expect(() => resolved({}, options)).toThrow('option outgoing.propagate: there is no such option');
  });
});
