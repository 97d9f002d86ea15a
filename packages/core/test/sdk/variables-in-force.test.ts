import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { context, diag, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { expectDiagnostics, startHeaderServer, startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { setupOtel, withSpan, type Otel } from '../../src/index.js';
import { VARIABLES } from '../../src/options/variables/catalogue.js';
import { LONG, metric, record, span, work } from './variable-work.js';
import { Variables } from './variables.js';

type Look = (sink: OtlpSink) => unknown;
type Row = readonly [name: string, value: string, look: Look, expected: unknown];

const variables = new Variables();
let sink: OtlpSink;
let otel: Otel;

beforeEach(async () => {
  sink = await startOtlpSink();
  // The SDK tells its own logger of every record that a limit cuts short; nobody hears it unless he asks.
  const silent = (): void => {};
  diag.setLogger({ error: silent, warn: silent, info: silent, debug: silent, verbose: silent }, { suppressOverrideMessage: true });
});

afterEach(async () => {
  diag.disable();
  await otel.shutdown();
  variables.restore();
  await sink.close();
});

const spanNames: Look = (from) => from.spans().map(({ name }) => name).toSorted();
const paths: Look = (from) => [...new Set(from.requests().map(({ path }) => path))].toSorted();
const resource = (key: string): Look => (from) => [span(from), record(from), metric(from, 'tea.sold')].map((each) => each?.resource[key]);
const eachSignal = (look: (path: string) => Look): Look => (from) => ['traces', 'metrics', 'logs'].map((signal) => look(`/v1/${signal}`)(from));
const header = (name: string): Look =>
  eachSignal((path) => (from) => from.requests().find((request) => request.path === path)?.headers[name]);
const encoding = header('content-encoding');
const keys = (attributes: object = {}): number => Object.keys(attributes).length;
const temporalities: Look = (from) => ['tea.sold', 'tea.stored', 'tea.grown', 'tea.weight'].map((name) => metric(from, name)?.temporality);
const lengths: Look = (from) => [span(from)?.attributes['shop.a'], record(from)?.attributes['shop.a']];
const counts: Look = (from) => [keys(span(from)?.attributes), keys(record(from)?.attributes)];
const BOTH = ['of an unsampled caller', 'work'];

/** What a value does to what arrives at the sink; and what arrives without it is something else. */
const EFFECTS: readonly Row[] = [
  ['OTEL_SERVICE_NAME', 'shop', resource('service.name'), ['shop', 'shop', 'shop']],
  ['OTEL_RESOURCE_ATTRIBUTES', 'team=a%20b', resource('team'), ['a b', 'a b', 'a b']],
  ['NODE_ENV', 'staging', resource('deployment.environment.name'), ['staging', 'staging', 'staging']],
  ['OTEL_TRACES_SAMPLER', 'always_on', spanNames, BOTH],
  ['OTEL_TRACES_SAMPLER', 'always_off', spanNames, []],
  ['OTEL_TRACES_SAMPLER', 'parentbased_always_off', spanNames, []],
  ['OTEL_TRACES_EXPORTER', 'none', paths, ['/v1/logs', '/v1/metrics']],
  ['OTEL_METRICS_EXPORTER', 'none', paths, ['/v1/logs', '/v1/traces']],
  ['OTEL_LOGS_EXPORTER', 'none', paths, ['/v1/metrics', '/v1/traces']],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=k%201', header('api-key'), ['k 1', 'k 1', 'k 1']],
  ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'api-key=k', header('api-key'), ['k', undefined, undefined]],
  ['OTEL_EXPORTER_OTLP_METRICS_HEADERS', 'api-key=k', header('api-key'), [undefined, 'k', undefined]],
  ['OTEL_EXPORTER_OTLP_LOGS_HEADERS', 'api-key=k', header('api-key'), [undefined, undefined, 'k']],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip', encoding, ['gzip', 'gzip', 'gzip']],
  ['OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'gzip', encoding, ['gzip', undefined, undefined]],
  ['OTEL_EXPORTER_OTLP_METRICS_COMPRESSION', 'gzip', encoding, [undefined, 'gzip', undefined]],
  ['OTEL_EXPORTER_OTLP_LOGS_COMPRESSION', 'gzip', encoding, [undefined, undefined, 'gzip']],
  ['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', '6', lengths, ['a long', 'a long']],
  ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', '6', lengths, ['a long', LONG]],
  ['OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', '6', lengths, [LONG, 'a long']],
  ['OTEL_ATTRIBUTE_COUNT_LIMIT', '2', counts, [2, 2]],
  ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', '2', counts, [2, 3]],
  ['OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', '2', counts, [3, 2]],
  ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', '0', counts, [0, 3]],
  ['OTEL_SPAN_EVENT_COUNT_LIMIT', '2', (from) => [span(from)?.events.length, span(from)?.droppedEventsCount], [2, 1]],
  ['OTEL_SPAN_LINK_COUNT_LIMIT', '2', (from) => [span(from)?.links.length, span(from)?.droppedLinksCount], [2, 1]],
  ['OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', '1', (from) => span(from)?.events.map(({ attributes }) => keys(attributes)), [1, 1, 1]],
  ['OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', '1', (from) => span(from)?.links.map(({ attributes }) => keys(attributes)), [1, 1, 1]],
  ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'delta', temporalities, ['DELTA', 'CUMULATIVE', 'DELTA', 'DELTA']],
  ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'LowMemory', temporalities, ['DELTA', 'CUMULATIVE', 'CUMULATIVE', 'DELTA']],
  ['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', 'base2_exponential_bucket_histogram', (from) => metric(from, 'tea.weight')?.type, 'exponentialHistogram'],
];

function start(env: Readonly<Record<string, string>>): void {
  variables.set({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, NODE_ENV: '', ...env });
  otel = setupOtel({ handleSignals: false, runtimeMetrics: false });
}

async function run(env: Readonly<Record<string, string>>): Promise<void> {
  start(env);
  work();
  await otel.flush();
}

describe('a variable in force', () => {
  for (const [name, value, look, expected] of EFFECTS) {
    verifies('P4', `changes what is sent: ${name}=${value}`, async () => {
      await run({ [name]: value });
      expect(look(sink)).toEqual(expected);
      expect(otel.status().problems).toEqual([]);
      await otel.shutdown();
      sink.clear();
      await run({ [name]: '' });
      expect(look(sink)).not.toEqual(expected);
    });
  }
});

describe('an endpoint in force', () => {
  for (const signal of ['traces', 'metrics', 'logs']) {
    verifies('P4', `takes one signal as it stands: OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`, async () => {
      const other = await startOtlpSink();
      await run({ [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`]: `${other.url}/v1/${signal}` });
      const rest = ['/v1/logs', '/v1/metrics', '/v1/traces'].filter((each) => each !== `/v1/${signal}`);
      expect([paths(other), paths(sink)]).toEqual([[`/v1/${signal}`], rest]);
      expect(otel.status().problems).toEqual([]);
      await otel.shutdown();
      await other.close();
    });
  }
});

describe('captured headers in force', () => {
  verifies('R19', 'are recorded of outgoing requests and of the answers to them: OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_*', async () => {
    const behind = await startHeaderServer();
    start({
      OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST: 'x-shop.*',
      OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE: 'content-length',
      OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS: 'card',
    });
    await (await fetch(`${behind.url}/asked`, { headers: { 'x-shop': '7', 'x-shop-card': '8' } })).text();
    await otel.flush();
    expect(sink.spans()).toMatchObject([
      {
        attributes: {
          'http.request.header.x-shop': ['7'],
          'http.request.header.x-shop-card': ['REDACTED'],
          'http.response.header.content-length': ['2'],
        },
      },
    ]);
    await behind.close();
  });
});

/** Which of several signals a variable is about; nothing else is sent then. */
const ONLY = {
  traces: { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
  metrics: { OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
  logs: { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
} as const;

const TIMEOUTS = [
  ['OTEL_EXPORTER_OTLP_TIMEOUT', 'traces'],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', 'metrics'],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', 'logs'],
  ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'traces'],
  ['OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', 'metrics'],
  ['OTEL_EXPORTER_OTLP_LOGS_TIMEOUT', 'logs'],
  ['OTEL_BSP_EXPORT_TIMEOUT', 'traces'],
  ['OTEL_METRIC_EXPORT_TIMEOUT', 'metrics'],
  ['OTEL_BLRP_EXPORT_TIMEOUT', 'logs'],
] as const;

const NO_LIMIT = { OTEL_EXPORTER_OTLP_TIMEOUT: '0', OTEL_BSP_EXPORT_TIMEOUT: '0', OTEL_BLRP_EXPORT_TIMEOUT: '0', OTEL_METRIC_EXPORT_TIMEOUT: '0' };

describe('a time-out in force', () => {
  for (const [name, signal] of TIMEOUTS) {
    verifies('P4', `ends an export of ${signal} that gets no answer: ${name}`, async () => {
      expectDiagnostics('OTELIER_EXPORT_FAILED');
      sink.answerWith({ hang: true });
      await run({ ...NO_LIMIT, ...ONLY[signal], [name]: '150' });
      const [destination] = otel.status().destinations;
      expect(destination).toMatchObject({ signal, exported: 0 });
      expect(destination?.lastError).toBeDefined();
      // The flush has a deadline of its own, which is longer.
      expect(otel.status().problems.map(({ code }) => code)).toEqual(['OTELIER_EXPORT_FAILED']);
    });
  }

  verifies('P4', 'of 0 is none at all', async () => {
    sink.answerWith({ delayMillis: 50, times: 3 });
    await run(NO_LIMIT);
    expect([spanNames(sink), record(sink)?.body, metric(sink, 'tea.sold')?.name]).toEqual([['work'], 'tea', 'tea.sold']);
    expect(otel.status().problems).toEqual([]);
  });
});

describe('a queue in force', () => {
  for (const [processor, signal, dropped] of [['BSP', 'traces', 'OTELIER_SPANS_DROPPED'], ['BLRP', 'logs', 'OTELIER_LOGS_DROPPED']] as const) {
    const make = (count: number): void => {
      for (let index = 0; index < count; index += 1) {
        if (signal === 'traces') {
          trace.getTracer('shop').startSpan(`span ${index}`).end();
        } else {
          logs.getLogger('shop').emit({ body: `record ${index}` });
        }
      }
    };
    const arrived = (): number => (signal === 'traces' ? sink.spans() : sink.logs()).length;

    verifies('P4', `holds what it may and drops the rest: OTEL_${processor}_MAX_QUEUE_SIZE`, async () => {
      expectDiagnostics(dropped);
      sink.answerWith({ delayMillis: 50, times: 1 });
      start({ ...ONLY[signal], [`OTEL_${processor}_MAX_QUEUE_SIZE`]: '4', [`OTEL_${processor}_MAX_EXPORT_BATCH_SIZE`]: '2' });
      make(50);
      await otel.flush();
      const [destination] = otel.status().destinations;
      expect(destination).toMatchObject({ exported: arrived(), dropped: 50 - arrived() });
      // Those that wait, and those that were under way.
      expect(arrived()).toBeGreaterThanOrEqual(4);
      expect(arrived()).toBeLessThanOrEqual(6);
    });

    verifies('P4', `holds what it has room for and drops the rest: OTELIER_${processor}_MAX_QUEUE_BYTES`, async () => {
      expectDiagnostics(dropped);
      start({ ...ONLY[signal], [`OTELIER_${processor}_MAX_QUEUE_BYTES`]: '1000' });
      make(50);
      await otel.flush();
      const [destination] = otel.status().destinations;
      expect(destination).toMatchObject({ exported: arrived(), dropped: 50 - arrived() });
      // Each has more than 20 bytes, and less than 200.
      expect(arrived()).toBeGreaterThanOrEqual(5);
      expect(arrived()).toBeLessThan(50);
    });

    verifies('P4', `is sent in batches of the size that is asked for: OTEL_${processor}_MAX_EXPORT_BATCH_SIZE`, async () => {
      start({ ...ONLY[signal], [`OTEL_${processor}_MAX_EXPORT_BATCH_SIZE`]: '2' });
      make(5);
      await otel.flush();
      expect([sink.requests().length, arrived()]).toEqual([3, 5]);
    });

    verifies('P4', `is sent after the delay that is asked for: OTEL_${processor}_SCHEDULE_DELAY`, async () => {
      const other = processor === 'BSP' ? 'BLRP' : 'BSP';
      start({ OTEL_METRICS_EXPORTER: 'none', [`OTEL_${processor}_SCHEDULE_DELAY`]: '0', [`OTEL_${other}_SCHEDULE_DELAY`]: '600000' });
      work();
      // The other waits for ten minutes, and would have been sent first.
      await (signal === 'traces' ? sink.waitForSpans((all) => all.length > 0) : sink.waitForLogs((all) => all.length > 0));
      expect(paths(sink)).toEqual([`/v1/${signal}`]);
    });
  }

  verifies('P4', 'of metrics is collected and sent by itself: OTEL_METRIC_EXPORT_INTERVAL', async () => {
    start({ ...ONLY.metrics, OTEL_METRIC_EXPORT_INTERVAL: '30' });
    work();
    await sink.waitForMetrics((all) => all.filter(({ name }) => name === 'tea.sold').length >= 3);
    expect(otel.status().problems).toEqual([]);
  });
});

describe('a share in force', () => {
  for (const sampler of ['traceidratio', 'parentbased_traceidratio']) {
    verifies('P4', `decides how many traces are recorded: OTEL_TRACES_SAMPLER_ARG of ${sampler}`, async () => {
      start({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: '0.25' });
      const ids = Array.from({ length: 400 }, () => withSpan('root', (root) => root.spanContext()));
      const recorded = ids.filter(({ traceFlags }) => traceFlags === 1).length;
      // Out of these bounds once in a million times.
      expect(recorded).toBeGreaterThan(55);
      expect(recorded).toBeLessThan(150);
    });
  }
});

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

const FORMATS = {
  tracecontext: { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` },
  baggage: { baggage: 'tenant=t7' },
  b3: { b3: `${TRACE_ID}-${SPAN_ID}-1` },
  b3multi: { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID, 'x-b3-sampled': '1' },
} as const;

const NAMES = Object.values(FORMATS).flatMap((headers) => Object.keys(headers));

describe('propagators in force', () => {
  const ROWS: readonly (readonly [value: string, incoming: (keyof typeof FORMATS)[], outgoing: (keyof typeof FORMATS)[]])[] = [
    ['', ['tracecontext', 'baggage'], ['tracecontext', 'baggage']],
    ['tracecontext', ['tracecontext'], ['tracecontext']],
    ['baggage', ['baggage'], ['baggage']],
    ['b3', ['b3', 'b3multi'], ['b3']],
    ['b3multi', ['b3', 'b3multi'], ['b3multi']],
    ['b3multi,tracecontext,baggage', ['tracecontext', 'b3', 'b3multi', 'baggage'], ['b3multi', 'tracecontext', 'baggage']],
    ['none', [], []],
    ['tracecontext,none', [], []],
  ];
  for (const [value, incoming, outgoing] of ROWS) {
    verifies('P4', `read and write the headers of their formats: OTEL_PROPAGATORS=${value}`, async () => {
      const behind = await startHeaderServer();
      start({ OTEL_PROPAGATORS: value });
      for (const format of Object.keys(FORMATS) as (keyof typeof FORMATS)[]) {
        const caller = propagation.extract(ROOT_CONTEXT, FORMATS[format]);
        const found = trace.getSpanContext(caller)?.traceId ?? propagation.getBaggage(caller)?.getEntry('tenant')?.value;
        expect([format, found]).toEqual([format, incoming.includes(format) ? (format === 'baggage' ? 't7' : TRACE_ID) : undefined]);
      }
      const all = propagation.extract(ROOT_CONTEXT, Object.assign({}, ...Object.values(FORMATS)) as object);
      await context.with(all, () => fetch(`${behind.url}/asked`).then((response) => response.text()));
      const sent = Object.keys(behind.headers('/asked') ?? {}).filter((name) => NAMES.includes(name));
      expect(sent.toSorted()).toEqual(outgoing.flatMap((format) => Object.keys(FORMATS[format])).toSorted());
      await behind.close();
    });
  }
});

/** Variables whose effect other tests show. */
const ELSEWHERE: readonly (readonly [names: RegExp, file: string])[] = [
  [/^OTEL_SDK_DISABLED$/, 'sdk/disabled-processes.test.ts'],
  [/^OTEL_CONFIG_FILE$/, 'sdk/configuration-file.test.ts'],
  [/^OTEL_LOG_LEVEL$/, 'sdk/set-up-processes.test.ts'],
  [/DEFER_SETUP$/, 'lifecycle/deferred.test.ts'],
  [/^OTEL_NODE_RESOURCE_DETECTORS$|^_OTEL_ENABLE_CONTAINER/, 'options/container-id.test.ts'],
  [/^OTEL_METRICS_EXEMPLAR_FILTER$/, 'metrics/exemplars.test.ts'],
  [/_PROTOCOL$|_INSECURE$/, 'destinations/protocols.test.ts'],
  [/_CERTIFICATE$|_CLIENT_KEY$/, 'destinations/client-certificates.test.ts'],
  [/_proxy$/i, 'destinations/proxies.test.ts'],
  [/^(MACKEREL|GRAFANA|DD_|HONEYCOMB|NEW_RELIC|DASH0|AXIOM|ELASTIC)/, 'destinations/vendors.test.ts'],
  [/^OTEL_NODE_EXCLUDED_URLS$|_SERVER_RE|_SANITIZE_FIELDS$/, 'options/request-options.test.ts'],
  [/_CLIENT_RE/, 'options/outgoing-options.test.ts'],
  [/_COLOR$/, 'console/console-processes.test.ts'],
];

verifies('P4', 'every variable of the catalogue has a test of its effect', () => {
  const text = readFileSync(__filename, 'utf8');
  const signals = ['TRACES', 'METRICS', 'LOGS'].map((signal) => text.replaceAll('${signal.toUpperCase()}', signal));
  const own = ['BSP', 'BLRP'].map((processor) => text.replaceAll('${processor}', processor)).concat(signals).join('\n');
  const untested = Object.keys(VARIABLES).filter((name) => {
    const files = ELSEWHERE.filter(([names]) => names.test(name)).map(([, file]) => join(__dirname, '..', file));
    return !own.includes(name) && !files.some((file) => existsSync(file));
  });
  expect(untested).toEqual([]);
});
