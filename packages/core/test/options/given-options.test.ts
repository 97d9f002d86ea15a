import type { MetricReader } from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { verifies } from '@otelier/testkit';
import { collector } from '../../src/destinations/collector.js';
import { consoleDestination } from '../../src/destinations/console.js';
import type { OtelOptions } from '../../src/options/otel-options.js';
import { resolveOptions } from '../../src/options/resolve-options.js';
import { resolved, surroundings } from './known-surroundings.js';

describe('the settled options', () => {
  it('are the defaults where nothing is given', () => {
    const { options, problems } = resolved({});
    const otlp = (signal: string): unknown => ({
      kind: 'otlp',
      endpoint: { url: `http://localhost:4318/v1/${signal}`, headers: {}, timeoutMillis: 10_000, compression: 'none' },
    });
    expect(problems).toEqual([]);
    expect(options).toMatchObject({
      disabled: false,
      silent: false,
      destinations: [{ name: 'collector', traces: otlp('traces'), metrics: otlp('metrics') }],
      sampler: { root: 'always_on', parentBased: true, ratio: 1 },
      spanProcessors: [],
      metricReaders: [],
      metricIntervalMillis: 60_000,
      exemplarFilter: 'trace_based',
      database: { queryText: 'sanitized', rootQueries: false },
      shutdownTimeoutMillis: 5000,
      handleSignals: true,
    });
  });

  it('are what was given', () => {
    const given = {
      disabled: true,
      sampler: new AlwaysOffSampler(),
      spanProcessors: [new SimpleSpanProcessor(new InMemorySpanExporter())],
      metricReaders: [readerStandIn()],
      database: { queryText: 'off', rootQueries: true },
      shutdownTimeoutMillis: 0,
      handleSignals: false,
    } satisfies OtelOptions;
    expect(resolved({}, given).options).toMatchObject(given);
  });

  it('treat an option that is undefined as one that is not given', () => {
    const names = ['serviceName', 'disabled', 'destinations', 'database', 'sampler', 'handleSignals', 'resourceAttributes'];
    const undefineds = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(resolved({}, undefineds)).toEqual(resolved({}));
    const { destinations } = resolved({}, { destinations: [collector(undefined, { signals: undefined })] }).options;
    expect(destinations).toEqual(resolved({}).options.destinations);
  });

  it('come from nothing but the arguments', () => {
    const env = { OTEL_SERVICE_NAME: 'shop', OTEL_EXPORTER_OTLP_ENDPOINT: 'nonsense' };
    expect(resolveOptions({}, surroundings(env))).toEqual(resolveOptions({}, surroundings(env)));
    process.env['OTEL_SERVICE_NAME'] = 'of the process';
    expect(resolved({}).options.resource['service.name']).toBe('from-package-json');
    delete process.env['OTEL_SERVICE_NAME'];
  });

  it('are frozen, and share nothing that the application can change later', () => {
    const headers = { 'api-key': 'first' };
    const given = { destinations: [collector('http://a', { headers })], resourceAttributes: { a: 1 }, spanProcessors: [] };
    const { options } = resolved({}, given);
    headers['api-key'] = 'second';
    given.destinations.push(collector('http://b'));
    given.resourceAttributes.a = 2;
    expect(options.destinations).toHaveLength(1);
    expect(options.destinations[0]?.traces).toMatchObject({ endpoint: { headers: { 'api-key': 'first' } } });
    expect(options.resource['a']).toBe(1);
    expect(thawedParts(options)).toEqual([]);
    expect(Object.isFrozen(given.destinations) || Object.isFrozen(given.spanProcessors)).toBe(false);
  });

  verifies('P4', 'let code win over variables, and these over the defaults', () => {
    const env = {
      OTEL_SDK_DISABLED: 'true',
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://env/own',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=env,b=env',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    };
    const destination = collector('http://code', { headers: { B: 'code' }, timeoutMillis: 2000, compression: 'none' });
    const { options } = resolved(env, { disabled: false, destinations: [destination] });
    expect(options.disabled).toBe(false);
    expect(options.destinations).toMatchObject([
      {
        name: 'collector',
        traces: {
          kind: 'otlp',
          endpoint: {
            url: 'http://code/v1/traces',
            headers: { b: 'code' },
            timeoutMillis: 2000,
            compression: 'none',
          },
        },
      },
    ]);
  });
});

describe('destinations', () => {
  it('add the path of the signal to a base address, and keep its own path and query', () => {
    const urlOf = (base: string): unknown => {
      const signal = resolved({}, { destinations: [collector(base)] }).options.destinations[0]?.metrics;
      return signal?.kind === 'otlp' && signal.endpoint.url;
    };
    expect(urlOf('http://host:4318')).toBe('http://host:4318/v1/metrics');
    expect(urlOf('https://host/otlp/')).toBe('https://host/otlp/v1/metrics');
    expect(urlOf('HTTPS://host/otlp?tenant=a')).toBe('https://host/otlp/v1/metrics?tenant=a');
    expect(urlOf('http://me:secret@[::1]:4318')).toBe('http://me:secret@[::1]:4318/v1/metrics');
  });

  it('can be several, each with its own signals, or none', () => {
    const several = [
      collector('http://a', { signals: ['traces'] }),
      collector('http://b', { signals: ['metrics'] }),
      collector('http://c', { signals: [] }),
      consoleDestination(),
    ];
    const { destinations } = resolved({}, { destinations: several }).options;
    expect(destinations.map(({ name, traces, metrics }) => [name, traces?.kind, metrics?.kind])).toEqual([
      ['collector', 'otlp', undefined],
      ['collector', undefined, 'otlp'],
      ['console', 'console', undefined],
    ]);
    expect(resolved({}, { destinations: [] }).options.destinations).toEqual([]);
  });

  it('can be plain objects', () => {
    const plain = { kind: 'otlp', name: 'vendor', endpoint: 'https://vendor.example', signals: ['metrics'] } as const;
    expect(resolved({}, { destinations: [plain] }).options.destinations).toMatchObject([
      { name: 'vendor', traces: undefined, metrics: { kind: 'otlp', endpoint: { url: 'https://vendor.example/v1/metrics' } } },
    ]);
  });
});

function readerStandIn(): MetricReader {
  const done = (): Promise<void> => Promise.resolve();
  return { collect: done, forceFlush: done, shutdown: done } as unknown as MetricReader;
}

/** The paths of the plain objects and arrays within that are not frozen. */
function thawedParts(value: unknown, path = 'options'): string[] {
  const isPlain = Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
  if (!isPlain) {
    return [];
  }
  const parts = Object.entries(value as object).flatMap(([name, part]) => thawedParts(part, `${path}.${name}`));
  return Object.isFrozen(value) ? parts : [path, ...parts];
}
