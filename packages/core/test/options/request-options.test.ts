import { verifies } from '@otelier/testkit';
import { resolveRequestOptions, resolveRouteOptions } from '../../src/options/resolve-request-options.js';
import { resolveSampler } from '../../src/options/resolve-sampler.js';
import { EnvReader } from '../../src/options/variables/env-reader.js';

const resolve = (options: unknown, env: Record<string, string> = {}): ReturnType<typeof resolveRequestOptions> =>
  resolveRequestOptions('otelPlugin', options as never, env);
const target = (path: string, url = `http://shop.example${path}`): { path: string; url: () => string; request: object } => ({
  path,
  url: () => url,
  request: {},
});

describe('the request options', () => {
  it('are the defaults where nothing is given', () => {
    const { options, problems } = resolve({});
    expect(problems).toEqual([]);
    expect(options).toMatchObject({
      ignoresMetrics: false,
      capturesResponseHeaders: false,
      requestAttributes: [],
      metricAttributes: [],
      layers: false,
      responsePropagation: false,
      bodySizes: false,
    });
    expect([options.isPublic({}), options.isIgnored(target('/health')), options.headers.request({ host: 'a' })]).toEqual([false, false, {}]);
    expect(Object.isFrozen(options)).toBe(true);
  });

  it.each([
    [{ ignore: '/health' }, 'option ignore: "/health" is not allowed'],
    [{ ignore: /health/ }, 'option ignore: an object is not allowed. Allowed: an array of paths'],
    [{ ignore: [3] }, 'option ignore: an array is not allowed'],
    [{ ignore: { paths: [] } }, 'option ignore.paths: there is no such option'],
    [{ ignore: { healthProbes: 'yes' } }, 'option ignore.healthProbes: "yes" is not allowed'],
    [{ publicEndpoint: 'yes' }, 'option publicEndpoint: "yes" is not allowed'],
    [{ headers: ['x-tenant'] }, 'option headers: an array is not allowed'],
    [{ headers: { request: 'x-tenant' } }, 'option headers.request: "x-tenant" is not allowed'],
    [{ headers: { response: [''] } }, 'option headers.response: an array is not allowed'],
    [{ requestAttributes: 'user.id' }, 'option requestAttributes: "user.id" is not allowed'],
    [{ layers: 1 }, 'option layers: 1 is not allowed'],
    [{ responsePropagation: 'on' }, 'option responsePropagation: "on" is not allowed'],
    [{ metrics: { sizes: true } }, 'option metrics.sizes: there is no such option'],
    [{ metrics: { attributes: [''] } }, 'option metrics.attributes: an array is not allowed'],
    [{ onRequest: true }, 'option onRequest: true is not allowed. Allowed: a function.'],
    [{ spanName: 'GET' }, 'option spanName: "GET" is not allowed. Allowed: a function.'],
  ])('refuse %j', (options, message) => {
    expect(() => resolve(options)).toThrow(TypeError);
    expect(() => resolve(options)).toThrow(message);
  });

  verifies(['R16', 'P4'], 'take OTEL_NODE_EXCLUDED_URLS beside the rules, searched in the full URL', () => {
    const { options } = resolve({ ignore: ['/own'] }, { OTEL_NODE_EXCLUDED_URLS: 'shop\\.example/admin, token=1' });
    const { isIgnored } = options;
    expect([isIgnored(target('/admin/x')), isIgnored(target('/x', 'http://a/x?token=1')), isIgnored(target('/own'))]).toEqual([true, true, true]);
    expect(isIgnored(target('/x', 'http://other.example/admin'))).toBe(false);
  });

  verifies(['R19', 'P4'], 'take headers from the variables, for whole names in any case, and from code instead; what is hidden comes from both', () => {
    const env = {
      OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST: 'x-tenant,Accept.*',
      OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE: '.*',
      OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS: 'tenan',
    };
    const { options } = resolve({}, env);
    expect(options.headers.request({ 'x-tenant': 'acme', 'accept-language': 'de', 'x-tenant-id': '7' })).toEqual({
      'http.request.header.x-tenant': ['REDACTED'],
      'http.request.header.accept-language': ['de'],
    });
    expect(options.capturesResponseHeaders).toBe(true);
    const inCode = resolve({ headers: { request: ['host', 'x-tenant', 'x-shop'], sanitize: ['x-shop'] } }, env).options;
    expect(inCode.headers.request({ host: 'a', 'x-tenant': 'acme', 'x-shop': 'tea', accept: 'a' })).toEqual({
      'http.request.header.host': ['a'],
      'http.request.header.x-tenant': ['REDACTED'],
      'http.request.header.x-shop': ['REDACTED'],
    });
  });

  verifies('P4', 'tell of regular expressions that are none, and keep the others', () => {
    const { options, problems } = resolve({}, { OTEL_NODE_EXCLUDED_URLS: '(,/admin' });
    expect(problems.map(({ code, message }) => [code, message.split(':')[0]])).toEqual([['OTELIER_ENV_INVALID', 'OTEL_NODE_EXCLUDED_URLS']]);
    expect(options.isIgnored(target('/admin'))).toBe(true);
  });

  verifies('R19', 'hide in a route what the adapter hides, beside what the route does', () => {
    const adapter = { headers: { request: ['x-a'], sanitize: [/internal/] } };
    const route = { headers: { request: ['x-internal-id', 'x-shop', 'x-free'], sanitize: ['x-shop'] } };
    const { headers } = resolveRouteOptions('config.otel of /x', { route, adapter }, {}).options;
    expect(headers.request({ 'x-internal-id': '7', 'x-shop': 'tea', 'x-free': 'yes', 'x-a': 'b' })).toEqual({
      'http.request.header.x-internal-id': ['REDACTED'],
      'http.request.header.x-shop': ['REDACTED'],
      'http.request.header.x-free': ['yes'],
    });
  });

  verifies('R17', "of a route win over the adapter's, one by one, and false leaves the route out", () => {
    const adapter = { layers: true, requestAttributes: ['user.id'] };
    const { options } = resolveRouteOptions('config.otel of /x', { route: { layers: false }, adapter }, {});
    expect([options.layers, options.requestAttributes]).toEqual([false, ['user.id']]);
    const unset = resolveRouteOptions('x', { route: { publicEndpoint: undefined } as never, adapter: { publicEndpoint: true } }, {});
    expect(unset.options.isPublic({})).toBe(true);
    const left = resolveRouteOptions('config.otel of /x', { route: false, adapter }, {}).options;
    expect(left.isIgnored(target('/x'))).toBe(true);
    const wrong = { ignore: ['/x'] } as never;
    expect(() => resolveRouteOptions('config.otel of /x', { route: wrong, adapter }, {})).toThrow('there is no such option');
  });
});

describe('the sampler', () => {
  it.each([
    [{}, { root: 'always_on', parentBased: true, ratio: 1 }],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, { root: 'always_off', parentBased: false, ratio: 1 }],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }, { root: 'traceidratio', parentBased: false, ratio: 0.25 }],
    [{ OTEL_TRACES_SAMPLER: 'ParentBased_TraceIdRatio' }, { root: 'traceidratio', parentBased: true, ratio: 1 }],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off', OTEL_TRACES_SAMPLER_ARG: 'x' }, { root: 'always_off', parentBased: true, ratio: 1 }],
  ])('of %j is chosen without a problem', (env, choice) => {
    const reader = new EnvReader(env, () => undefined);
    expect(resolveSampler(reader)).toEqual(choice);
    expect(reader.problems).toEqual([]);
  });

  verifies('P4', 'falls back, with one message for each, when its name or its share is wrong', () => {
    for (const [env, variable] of [
      [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'OTEL_TRACES_SAMPLER'],
      [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' }, 'OTEL_TRACES_SAMPLER_ARG'],
      [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 'half' }, 'OTEL_TRACES_SAMPLER_ARG'],
    ] as const) {
      const reader = new EnvReader(env, () => undefined);
      expect(resolveSampler(reader).ratio).toBe(1);
      expect(reader.problems.map(({ message }) => message.split(':')[0])).toEqual([variable]);
    }
  });
});
