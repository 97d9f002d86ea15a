import { verifies } from '@otelier/testkit';
import type { ResolvedOptions, ResolvedSignal } from '../../src/options/resolved-options.js';
import { resolved } from './known-surroundings.js';

type Look = (options: ResolvedOptions) => unknown;
type EndpointField = 'url' | 'headers' | 'timeoutMillis' | 'compression' | 'certificates';
type Row = readonly [name: string, value: string, look: Look, expected: unknown];

const MILLIS = 'a whole number of milliseconds from 1 to 2147483647';
const PAIRS = 'key=value,key=value, percent-encoded';
const HTTP_URL = 'an absolute http or https URL';

/** A file that the known surroundings have. */
const CA = '/certificates/a.pem';

function contentOf(path: string): Buffer {
  return Buffer.from(`content of ${path}`);
}

function signal(options: ResolvedOptions, name: 'traces' | 'metrics'): ResolvedSignal | undefined {
  return options.destinations.find((destination) => destination[name] !== undefined)?.[name];
}

function endpoint(name: 'traces' | 'metrics', field: EndpointField): Look {
  return (options) => {
    const found = signal(options, name);
    return found?.kind === 'otlp' ? found.endpoint[field] : found?.kind;
  };
}

const both =
  (field: EndpointField): Look =>
  (options) => [endpoint('traces', field)(options), endpoint('metrics', field)(options)];
const disabled: Look = (options) => options.disabled;
const silent: Look = (options) => options.silent;
const interval: Look = (options) => options.metricIntervalMillis;
const exemplars: Look = (options) => options.exemplarFilter;
const attribute =
  (name: string): Look =>
  (options) =>
    options.resource[name];
const kinds =
  (name: 'traces' | 'metrics'): Look =>
  (options) =>
    options.destinations.flatMap((destination) => destination[name]?.kind ?? []);

const rightValues: readonly Row[] = [
  ['OTEL_SERVICE_NAME', 'shop', attribute('service.name'), 'shop'],
  ['OTEL_SERVICE_NAME', ' shop ', attribute('service.name'), 'shop'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=1,service.name=shop', attribute('service.name'), 'shop'],
  ['OTEL_RESOURCE_ATTRIBUTES', ' a = x%2Cy%20z , b=', attribute('a'), 'x,y z'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=1=2', attribute('a'), '1=2'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'service.name=', attribute('service.name'), 'from-package-json'],
  ['OTEL_SDK_DISABLED', 'true', disabled, true],
  ['OTEL_SDK_DISABLED', 'TRUE', disabled, true],
  ['OTEL_SDK_DISABLED', 'false', disabled, false],
  ['OTEL_LOG_LEVEL', 'none', silent, true],
  ['OTEL_LOG_LEVEL', 'NONE', silent, true],
  ['OTEL_LOG_LEVEL', 'error', silent, false],
  ['OTEL_METRIC_EXPORT_INTERVAL', '1500', interval, 1500],
  ['OTEL_METRICS_EXEMPLAR_FILTER', 'always_off', exemplars, 'always_off'],
  ['OTEL_METRICS_EXEMPLAR_FILTER', 'ALWAYS_ON', exemplars, 'always_on'],
  ['OTEL_TRACES_EXPORTER', 'otlp', kinds('traces'), ['otlp']],
  ['OTEL_TRACES_EXPORTER', 'console', kinds('traces'), ['console']],
  ['OTEL_TRACES_EXPORTER', ' Console , otlp ', kinds('traces'), ['otlp', 'console']],
  ['OTEL_TRACES_EXPORTER', 'none', kinds('traces'), []],
  ['OTEL_TRACES_EXPORTER', 'none', kinds('metrics'), ['otlp']],
  ['OTEL_METRICS_EXPORTER', 'none', kinds('metrics'), []],
  ['OTEL_METRICS_EXPORTER', 'console', kinds('metrics'), ['console']],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://c:1/x/', both('url'), ['http://c:1/x/v1/traces', 'http://c:1/x/v1/metrics']],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://c:1/own', both('url'), ['http://c:1/own', 'http://localhost:4318/v1/metrics']],
  ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'http://c:1', both('url'), ['http://localhost:4318/v1/traces', 'http://c:1/']],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'Api-Key=a%20b,x=', both('headers'), [{ 'api-key': 'a b', x: '' }, { 'api-key': 'a b', x: '' }]],
  ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'k=v', both('headers'), [{ k: 'v' }, {}]],
  ['OTEL_EXPORTER_OTLP_METRICS_HEADERS', 'k=v', both('headers'), [{}, { k: 'v' }]],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', '2500', both('timeoutMillis'), [2500, 2500]],
  ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '2500', both('timeoutMillis'), [2500, 10_000]],
  ['OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', '2500', both('timeoutMillis'), [10_000, 2500]],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'GZIP', both('compression'), ['gzip', 'gzip']],
  ['OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'gzip', both('compression'), ['gzip', 'none']],
  ['OTEL_EXPORTER_OTLP_METRICS_COMPRESSION', 'gzip', both('compression'), ['none', 'gzip']],
  ['OTEL_EXPORTER_OTLP_CERTIFICATE', CA, both('certificates'), [{ ca: contentOf(CA) }, { ca: contentOf(CA) }]],
  ['OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE', CA, both('certificates'), [{ ca: contentOf(CA) }, {}]],
  ['OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE', CA, both('certificates'), [{ cert: contentOf(CA) }, { cert: contentOf(CA) }]],
  ['OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE', CA, both('certificates'), [{}, { cert: contentOf(CA) }]],
  ['OTEL_EXPORTER_OTLP_CLIENT_KEY', CA, both('certificates'), [{ key: contentOf(CA) }, { key: contentOf(CA) }]],
  ['OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY', CA, both('certificates'), [{ key: contentOf(CA) }, {}]],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf', kinds('traces'), ['otlp']],
];

/** What is wrong, what is told of it, and what is used instead. */
const wrongValues: readonly (readonly [...Row, allowed: string, fallback: string])[] = [
  ['OTEL_SDK_DISABLED', '1', disabled, false, 'true or false', 'false'],
  ['OTEL_SDK_DISABLED', 'yes', disabled, false, 'true or false', 'false'],
  ['OTEL_LOG_LEVEL', 'quiet', silent, false, 'none, error, warn, info, debug, verbose, all', 'info'],
  ['OTEL_METRICS_EXEMPLAR_FILTER', 'some', exemplars, 'trace_based', 'trace_based, always_on, always_off', 'trace_based'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '0', interval, 60_000, MILLIS, '60000'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '-5', interval, 60_000, MILLIS, '60000'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '60s', interval, 60_000, MILLIS, '60000'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '1.5', interval, 60_000, MILLIS, '60000'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '0x10', interval, 60_000, MILLIS, '60000'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '2147483648', interval, 60_000, MILLIS, '60000'],
  ['OTEL_TRACES_EXPORTER', 'zipkin', kinds('traces'), ['otlp'], 'a list of otlp, console, none', 'otlp'],
  ['OTEL_TRACES_EXPORTER', 'zipkin,console', kinds('traces'), ['console'], 'a list of otlp, console, none', 'console'],
  ['OTEL_TRACES_EXPORTER', ',', kinds('traces'), ['otlp'], 'a list of otlp, console, none', 'otlp'],
  ['OTEL_METRICS_EXPORTER', 'prometheus', kinds('metrics'), ['otlp'], 'a list of otlp, console, none', 'otlp'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=1,b', attribute('a'), undefined, PAIRS, 'an empty list'],
  ['OTEL_RESOURCE_ATTRIBUTES', '=1', attribute(''), undefined, PAIRS, 'an empty list'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=1,b=%zz', attribute('a'), undefined, PAIRS, 'an empty list'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', endpoint('traces', 'url'), 'http://localhost:4318/v1/traces', HTTP_URL, 'http://localhost:4318'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'ftp://c', endpoint('metrics', 'url'), 'http://localhost:4318/v1/metrics', HTTP_URL, 'http://localhost:4318'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'c/own', endpoint('traces', 'url'), 'http://localhost:4318/v1/traces', HTTP_URL, 'the general endpoint'],
  ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'http://', endpoint('metrics', 'url'), 'http://localhost:4318/v1/metrics', HTTP_URL, 'the general endpoint'],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s', both('timeoutMillis'), [10_000, 10_000], MILLIS, '10000'],
  ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '0', endpoint('traces', 'timeoutMillis'), 10_000, MILLIS, '10000'],
  ['OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', 'soon', endpoint('metrics', 'timeoutMillis'), 10_000, MILLIS, '10000'],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'br', both('compression'), ['none', 'none'], 'gzip, none', 'none'],
  ['OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'zstd', endpoint('traces', 'compression'), 'none', 'gzip, none', 'none'],
  ['OTEL_EXPORTER_OTLP_METRICS_COMPRESSION', 'on', endpoint('metrics', 'compression'), 'none', 'gzip, none', 'none'],
  ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/none.pem', both('certificates'), [{}, {}], 'a file that can be read', 'none'],
  ['OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY', '/none.pem', both('certificates'), [{}, {}], 'a file that can be read', 'none'],
  ['OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE', '/none.pem', both('certificates'), [{}, {}], 'a file that can be read', 'none'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', kinds('traces'), ['otlp'], 'http/protobuf', 'http/protobuf'],
  ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/json', kinds('traces'), ['otlp'], 'http/protobuf', 'http/protobuf'],
  ['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'grpc', kinds('metrics'), ['otlp'], 'http/protobuf', 'http/protobuf'],
];

/** Variables that hold keys. */
const headerNames = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_METRICS_HEADERS'];

const allNames = [...new Set([...rightValues.map(([name]) => name), ...wrongValues.map(([name]) => name)])];

describe('a variable', () => {
  for (const [name, value, look, expected] of rightValues) {
    verifies('P4', `takes effect: ${name}=${value}`, () => {
      const { options, problems } = resolved({ [name]: value });
      expect(look(options)).toEqual(expected);
      expect(problems).toEqual([]);
    });
  }

  for (const [name, value, look, expected, allowed, fallback] of wrongValues) {
    verifies('P4', `that is wrong is told once with its fallback: ${name}=${value}`, () => {
      const { options, problems } = resolved({ [name]: value });
      expect(look(options)).toEqual(expected);
      expect(problems).toEqual([`OTELIER_ENV_INVALID ${name}: "${value}" is not ${allowed}; using ${fallback}.`]);
    });
  }

  for (const name of headerNames) {
    for (const wrong of ['sk-12345', 'api-key=sk-12345,b', 'api-key=sk-12345%', 'api key=sk-12345', 'api-key=sk-12345%0D%0Ax']) {
      verifies('P4', `that holds keys is never shown, also when it is wrong: ${name}=${wrong}`, () => {
        const { options, problems } = resolved({ [name]: wrong });
        expect(both('headers')(options)).toEqual([{}, {}]);
        expect(problems).toEqual([`OTELIER_ENV_INVALID ${name}: its value is not ${PAIRS}; using an empty list.`]);
      });
    }
  }

  verifies('P4', 'that holds an address is shown without user-info and query', () => {
    const address = 'ftp://me:sk-12345@host/v1?key=sk-12345';
    const { problems } = resolved({
      OTEL_EXPORTER_OTLP_ENDPOINT: address,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address,
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: address,
    });
    expect(problems).toHaveLength(3);
    expect(problems.filter((problem) => !problem.includes('"ftp://REDACTED@host/v1" is not'))).toEqual([]);
  });

  verifies('P4', 'that is empty counts as unset', () => {
    for (const empty of ['', '  ']) {
      const env = Object.fromEntries(allNames.map((name) => [name, empty]));
      expect(resolved(env)).toEqual(resolved({}));
    }
  });

  verifies('P4', 'of one signal wins over the general one', () => {
    const { options, problems } = resolved({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://general',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://own/traces',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=general,b=general',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'B=own',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2000',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'none',
    });
    expect(problems).toEqual([]);
    expect(options.destinations).toEqual([
      {
        name: 'collector',
        traces: {
          kind: 'otlp',
          endpoint: {
            url: 'http://own/traces',
            headers: { a: 'general', b: 'own' },
            timeoutMillis: 2000,
            compression: 'none',
            certificates: {},
          },
        },
        metrics: {
          kind: 'otlp',
          endpoint: {
            url: 'http://general/v1/metrics',
            headers: { a: 'general', b: 'general' },
            timeoutMillis: 1000,
            compression: 'gzip',
            certificates: {},
          },
        },
        logs: {
          kind: 'otlp',
          endpoint: {
            url: 'http://general/v1/logs',
            headers: { a: 'general', b: 'general' },
            timeoutMillis: 1000,
            compression: 'gzip',
            certificates: {},
          },
        },
        metricOptions: { temporality: 'cumulative', histograms: 'explicit_bucket_histogram' },
      },
    ]);
  });

  verifies('P4', 'of one signal that is wrong leaves the general one in force', () => {
    const { options, problems } = resolved({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://general',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'own',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: 'own',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'own',
      OTEL_EXPORTER_OTLP_CERTIFICATE: CA,
      OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: '/none.pem',
    });
    expect(signal(options, 'traces')).toEqual({
      kind: 'otlp',
      endpoint: { url: 'http://general/v1/traces', headers: {}, timeoutMillis: 1000, compression: 'gzip', certificates: { ca: contentOf(CA) } },
    });
    expect(problems.map((problem) => problem.replace(/.* using /, ''))).toEqual([
      'the general endpoint.',
      '1000.',
      'gzip.',
      'the file of the general variable.',
    ]);
  });

  verifies('P4', 'is not looked at where code says it all', () => {
    const { problems } = resolved({ OTEL_TRACES_EXPORTER: 'zipkin', OTEL_SDK_DISABLED: 'maybe' }, { disabled: false, destinations: [] });
    expect(problems).toEqual([]);
  });
});
