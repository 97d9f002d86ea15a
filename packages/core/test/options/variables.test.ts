import { verifies } from '@otelier/testkit';
import { collector } from '../../src/index.js';
import type { OtelOptions } from '../../src/options/otel-options.js';
import type { ResolvedOptions, ResolvedSignal } from '../../src/options/resolved-options.js';
import { CERTIFICATE_FILE, resolved } from './known-surroundings.js';

type Signal = 'traces' | 'metrics' | 'logs';
type Look = (options: ResolvedOptions) => unknown;
type EndpointField = 'url' | 'protocol' | 'maxRequestBytes' | 'headers' | 'timeoutMillis' | 'compression' | 'certificates';
type Row = readonly [name: string, value: string, look: Look, expected: unknown];

const MILLIS = 'a whole number of milliseconds from 1 to 2147483647';
const MILLIS_OR_NONE = 'a whole number of milliseconds from 0 to 2147483647';
const NO_LIMIT = 2_147_483_647;
const PAIRS = 'key=value,key=value, percent-encoded';
const HTTP_URL = 'an absolute http or https URL, whose credentials, if any, are percent-encoded';
const CERTIFICATE = 'a file that can be read, with a certificate in PEM';
const KEY = 'a file that can be read, with a private key in PEM that has no passphrase';

/** The methods of gRPC for traces and metrics. */
const METHODS = ['trace.v1.TraceService', 'metrics.v1.MetricsService'].map((service) => `/opentelemetry.proto.collector.${service}/Export`);

/** What an endpoint is where nobody says anything. */
const PLAIN = { protocol: 'http/protobuf', maxRequestBytes: 16_000_000, proxy: undefined };

/** A file that the known surroundings have. */
const CA = '/certificates/a.pem';

/** A destination on the way to which the proxy of a variable stands. */
function proxied(name: string): OtelOptions {
  return name.endsWith('PROXY') || name.endsWith('proxy') ? { destinations: [collector(name === 'HTTP_PROXY' ? 'http://c' : 'https://c')] } : {};
}

function signal(options: ResolvedOptions, name: Signal): ResolvedSignal | undefined {
  return options.destinations.find((destination) => destination[name] !== undefined)?.[name];
}

function endpoint(name: Signal, field: EndpointField): Look {
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
const propagators: Look = (options) => options.propagators;
const sampler: Look = ({ sampler: chosen }) => ('root' in chosen ? chosen : undefined);
const histograms: Look = (options) => options.destinations[0]?.metricOptions.histograms;
const temporality: Look = (options) => options.destinations[0]?.metricOptions.temporality;
const spans =
  (limit: keyof ResolvedOptions['spanLimits']): Look =>
  (options) =>
    options.spanLimits[limit];
const records =
  (limit: keyof ResolvedOptions['logRecordLimits']): Look =>
  (options) =>
    options.logRecordLimits[limit];
const lengths: Look = (options) => [spans('attributeValueLengthLimit')(options), records('attributeValueLengthLimit')(options)];
const counts: Look = (options) => [spans('attributeCountLimit')(options), records('attributeCountLimit')(options)];
const batches =
  (name: 'spanBatches' | 'logBatches', field: keyof ResolvedOptions['spanBatches']): Look =>
  (options) =>
    options[name][field];
const exportTimeout: Look = (options) => options.metricTimeoutMillis;
const PARENT_BASED = { parentBased: true, ratio: 1 };
const attribute =
  (name: string): Look =>
  (options) =>
    options.resource[name];
const kinds =
  (name: Signal): Look =>
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
  ['OTEL_EXPORTER_OTLP_CERTIFICATE', CA, both('certificates'), [{ ca: CERTIFICATE_FILE }, { ca: CERTIFICATE_FILE }]],
  ['OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE', CA, both('certificates'), [{ ca: CERTIFICATE_FILE }, {}]],
  ['OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE', CA, both('certificates'), [{ cert: CERTIFICATE_FILE }, { cert: CERTIFICATE_FILE }]],
  ['OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE', CA, both('certificates'), [{}, { cert: CERTIFICATE_FILE }]],
  ['OTEL_EXPORTER_OTLP_CLIENT_KEY', CA, both('certificates'), [{ key: CERTIFICATE_FILE }, { key: CERTIFICATE_FILE }]],
  ['OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY', CA, both('certificates'), [{ key: CERTIFICATE_FILE }, {}]],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'HTTP/JSON', both('protocol'), ['http/json', 'http/json']],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', both('url'), [`http://localhost:4317${METHODS[0]}`, `http://localhost:4317${METHODS[1]}`]],
  ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'grpc', both('protocol'), ['grpc', 'http/protobuf']],
  ['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'http/json', both('protocol'), ['http/protobuf', 'http/json']],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', both('maxRequestBytes'), [4_000_000, 4_000_000]],
  ['OTEL_LOGS_EXPORTER', 'none', kinds('logs'), []],
  ['OTEL_LOGS_EXPORTER', 'console,otlp', kinds('logs'), ['otlp', 'console']],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://c:1', endpoint('logs', 'url'), 'http://c:1/v1/logs'],
  ['OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'http://c:1/own', endpoint('logs', 'url'), 'http://c:1/own'],
  ['OTEL_EXPORTER_OTLP_LOGS_HEADERS', 'k=v', endpoint('logs', 'headers'), { k: 'v' }],
  ['OTEL_EXPORTER_OTLP_LOGS_TIMEOUT', '2500', endpoint('logs', 'timeoutMillis'), 2500],
  ['OTEL_EXPORTER_OTLP_LOGS_COMPRESSION', 'gzip', endpoint('logs', 'compression'), 'gzip'],
  ['OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE', CA, endpoint('logs', 'certificates'), { ca: CERTIFICATE_FILE }],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', '0', both('timeoutMillis'), [NO_LIMIT, NO_LIMIT]],
  ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '0', both('timeoutMillis'), [NO_LIMIT, 10_000]],
  ['OTEL_PROPAGATORS', 'B3, tracecontext', propagators, ['b3', 'tracecontext']],
  ['OTEL_PROPAGATORS', 'baggage,baggage', propagators, ['baggage']],
  ['OTEL_PROPAGATORS', 'b3multi,none', propagators, []],
  ['OTEL_TRACES_SAMPLER', 'always_on', sampler, { ...PARENT_BASED, root: 'always_on', parentBased: false }],
  ['OTEL_TRACES_SAMPLER', 'ALWAYS_OFF', sampler, { ...PARENT_BASED, root: 'always_off', parentBased: false }],
  ['OTEL_TRACES_SAMPLER', 'traceidratio', sampler, { ...PARENT_BASED, root: 'traceidratio', parentBased: false }],
  ['OTEL_TRACES_SAMPLER', 'parentbased_always_on', sampler, { ...PARENT_BASED, root: 'always_on' }],
  ['OTEL_TRACES_SAMPLER', 'parentbased_always_off', sampler, { ...PARENT_BASED, root: 'always_off' }],
  ['OTEL_TRACES_SAMPLER', 'parentbased_traceidratio', sampler, { ...PARENT_BASED, root: 'traceidratio' }],
  // Nothing asks for it, so nothing is told of it.
  ['OTEL_TRACES_SAMPLER_ARG', 'wrong', sampler, { ...PARENT_BASED, root: 'always_on' }],
  ['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', '7', lengths, [7, 7]],
  ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', '7', lengths, [7, Infinity]],
  ['OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', '0', lengths, [Infinity, 0]],
  ['OTEL_ATTRIBUTE_COUNT_LIMIT', '0', counts, [0, 0]],
  ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', '7', counts, [7, 128]],
  ['OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', '7', counts, [128, 7]],
  ['OTEL_SPAN_EVENT_COUNT_LIMIT', '7', spans('eventCountLimit'), 7],
  ['OTEL_SPAN_LINK_COUNT_LIMIT', '7', spans('linkCountLimit'), 7],
  ['OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', '7', spans('attributePerEventCountLimit'), 7],
  ['OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', '7', spans('attributePerLinkCountLimit'), 7],
  ['OTEL_BSP_SCHEDULE_DELAY', '0', batches('spanBatches', 'scheduleDelayMillis'), 0],
  ['OTEL_BSP_EXPORT_TIMEOUT', '0', batches('spanBatches', 'exportTimeoutMillis'), NO_LIMIT],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '7', batches('spanBatches', 'maxQueueSize'), 7],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '7', batches('spanBatches', 'maxBatchSize'), 7],
  ['OTELIER_BSP_MAX_QUEUE_BYTES', '7', batches('spanBatches', 'maxQueueBytes'), 7],
  ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '7', batches('spanBatches', 'maxBatchSize'), 7],
  ['OTEL_BLRP_SCHEDULE_DELAY', '7', batches('logBatches', 'scheduleDelayMillis'), 7],
  ['OTEL_BLRP_EXPORT_TIMEOUT', '7', batches('logBatches', 'exportTimeoutMillis'), 7],
  ['OTEL_BLRP_MAX_QUEUE_SIZE', '7', batches('logBatches', 'maxQueueSize'), 7],
  ['OTELIER_BLRP_MAX_QUEUE_BYTES', '7', batches('logBatches', 'maxQueueBytes'), 7],
  ['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', '7', batches('logBatches', 'maxBatchSize'), 7],
  ['OTEL_METRIC_EXPORT_TIMEOUT', '0', exportTimeout, NO_LIMIT],
  ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'Delta', temporality, 'delta'],
  ['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', 'base2_exponential_bucket_histogram', histograms, 'base2_exponential_bucket_histogram'],
];

const KNOWN_PROPAGATORS = 'a list of tracecontext, baggage, b3, b3multi, none';
const SAMPLERS = 'always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio';
const REMOTE = `supported, as it asks a server; allowed are ${SAMPLERS}`;
const FROM_0 = 'a whole number from 0';
const FROM_1 = 'a whole number from 1';
const OTHER_SIGNALS = 'a list of otlp, console, none';

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
  ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s', both('timeoutMillis'), [10_000, 10_000], MILLIS_OR_NONE, '10000'],
  ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '-1', endpoint('traces', 'timeoutMillis'), 10_000, MILLIS_OR_NONE, '10000'],
  ['OTEL_EXPORTER_OTLP_LOGS_TIMEOUT', '1e3', endpoint('logs', 'timeoutMillis'), 10_000, MILLIS_OR_NONE, '10000'],
  ['OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', 'soon', endpoint('metrics', 'timeoutMillis'), 10_000, MILLIS_OR_NONE, '10000'],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'br', both('compression'), ['none', 'none'], 'gzip, none', 'none'],
  ['OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'zstd', endpoint('traces', 'compression'), 'none', 'gzip, none', 'none'],
  ['OTEL_EXPORTER_OTLP_METRICS_COMPRESSION', 'on', endpoint('metrics', 'compression'), 'none', 'gzip, none', 'none'],
  ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/none.pem', both('certificates'), [{}, {}], CERTIFICATE, 'none'],
  ['OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY', '/none.pem', both('certificates'), [{}, {}], KEY, 'none'],
  ['OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE', '/none.pem', both('certificates'), [{}, {}], CERTIFICATE, 'none'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http', both('protocol'), ['http/protobuf', 'http/protobuf'], 'http/protobuf, http/json, grpc', 'http/protobuf'],
  ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/xml', endpoint('traces', 'protocol'), 'http/protobuf', 'http/protobuf, http/json, grpc', 'http/protobuf'],
  ['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'grpc-web', endpoint('metrics', 'protocol'), 'http/protobuf', 'http/protobuf, http/json, grpc', 'http/protobuf'],
];

/** The same for what has come since; each is a kind that can be wrong. */
const moreWrongValues: typeof wrongValues = [
  ['OTEL_LOGS_EXPORTER', 'loki', kinds('logs'), ['otlp'], OTHER_SIGNALS, 'otlp'],
  ['OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'c', endpoint('logs', 'url'), 'http://localhost:4318/v1/logs', HTTP_URL, 'the general endpoint'],
  ['OTEL_EXPORTER_OTLP_LOGS_COMPRESSION', 'br', endpoint('logs', 'compression'), 'none', 'gzip, none', 'none'],
  ['OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE', '/none.pem', endpoint('logs', 'certificates'), {}, CERTIFICATE, 'none'],
  ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/garbage.pem', both('certificates'), [{}, {}], CERTIFICATE, 'none'],
  ['OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE', '/garbage.pem', both('certificates'), [{}, {}], CERTIFICATE, 'none'],
  ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/binary.crt', both('certificates'), [{}, {}], CERTIFICATE, 'none'],
  ['OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE', '/binary.crt', both('certificates'), [{}, {}], CERTIFICATE, 'none'],
  ['OTEL_EXPORTER_OTLP_CLIENT_KEY', '/locked.key', both('certificates'), [{}, {}], KEY, 'none'],
  ['OTEL_EXPORTER_OTLP_CLIENT_KEY', '/garbage.pem', both('certificates'), [{}, {}], KEY, 'none'],
  ['OTEL_PROPAGATORS', 'jaeger', propagators, ['tracecontext', 'baggage'], KNOWN_PROPAGATORS, 'tracecontext,baggage'],
  ['OTEL_PROPAGATORS', 'b3,jaeger,baggage', propagators, ['b3', 'baggage'], KNOWN_PROPAGATORS, 'b3,baggage'],
  ['OTEL_TRACES_SAMPLER', 'always_maybe', sampler, { ...PARENT_BASED, root: 'always_on' }, SAMPLERS, 'parentbased_always_on'],
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote', sampler, { ...PARENT_BASED, root: 'always_on' }, REMOTE, 'parentbased_always_on'],
  ['OTEL_TRACES_SAMPLER', 'parentbased_jaeger_remote', sampler, { ...PARENT_BASED, root: 'always_on' }, REMOTE, 'parentbased_always_on'],
  ['OTEL_TRACES_SAMPLER', 'XRay', sampler, { ...PARENT_BASED, root: 'always_on' }, REMOTE, 'parentbased_always_on'],
  ['OTEL_METRIC_EXPORT_TIMEOUT', '30s', exportTimeout, 30_000, MILLIS_OR_NONE, '30000'],
  ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'low_memory', temporality, 'cumulative', 'cumulative, delta, lowmemory', 'cumulative'],
  ['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', 'log', histograms, 'explicit_bucket_histogram', 'explicit_bucket_histogram, base2_exponential_bucket_histogram', 'explicit_bucket_histogram'],
  ['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', '-1', lengths, [Infinity, Infinity], FROM_0, 'no limit'],
  ['OTEL_ATTRIBUTE_COUNT_LIMIT', 'many', counts, [128, 128], FROM_0, '128'],
  ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', '1.5', lengths, [Infinity, Infinity], FROM_0, 'no limit'],
  ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', '0x1', counts, [128, 128], FROM_0, '128'],
  ['OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'x', lengths, [Infinity, Infinity], FROM_0, 'no limit'],
  ['OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', '9007199254740993', counts, [128, 128], FROM_0, '128'],
  ['OTEL_SPAN_EVENT_COUNT_LIMIT', '-1', spans('eventCountLimit'), 128, FROM_0, '128'],
  ['OTEL_SPAN_LINK_COUNT_LIMIT', '-1', spans('linkCountLimit'), 128, FROM_0, '128'],
  ['OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', '-1', spans('attributePerEventCountLimit'), 128, FROM_0, '128'],
  ['OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', '-1', spans('attributePerLinkCountLimit'), 128, FROM_0, '128'],
  ['OTEL_BSP_SCHEDULE_DELAY', '-1', batches('spanBatches', 'scheduleDelayMillis'), 1000, MILLIS_OR_NONE, '1000'],
  ['OTEL_BSP_EXPORT_TIMEOUT', '-1', batches('spanBatches', 'exportTimeoutMillis'), 30_000, MILLIS_OR_NONE, '30000'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '0', batches('spanBatches', 'maxQueueSize'), 20_000, FROM_1, '20000'],
  ['OTELIER_BSP_MAX_QUEUE_BYTES', '0', batches('spanBatches', 'maxQueueBytes'), 33_554_432, FROM_1, '33554432'],
  ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '0', batches('spanBatches', 'maxBatchSize'), 512, FROM_1, '512'],
  ['OTEL_BLRP_SCHEDULE_DELAY', '1s', batches('logBatches', 'scheduleDelayMillis'), 1000, MILLIS_OR_NONE, '1000'],
  ['OTEL_BLRP_EXPORT_TIMEOUT', '1s', batches('logBatches', 'exportTimeoutMillis'), 30_000, MILLIS_OR_NONE, '30000'],
  ['OTEL_BLRP_MAX_QUEUE_SIZE', '0', batches('logBatches', 'maxQueueSize'), 20_000, FROM_1, '20000'],
  ['OTELIER_BLRP_MAX_QUEUE_BYTES', '0', batches('logBatches', 'maxQueueBytes'), 33_554_432, FROM_1, '33554432'],
  ['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', '0', batches('logBatches', 'maxBatchSize'), 512, FROM_1, '512'],
  ['_OTEL_ENABLE_CONTAINER_RESOURCE_DETECTOR', '1', attribute('container.id'), undefined, 'true or false', 'false'],
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

  for (const [name, value, look, expected, allowed, fallback] of [...wrongValues, ...moreWrongValues]) {
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
    expect(options.destinations).toMatchObject([
      {
        name: 'collector',
        traces: {
          kind: 'otlp',
          endpoint: {
            ...PLAIN,
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
            ...PLAIN,
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
            ...PLAIN,
            url: 'http://general/v1/logs',
            headers: { a: 'general', b: 'general' },
            timeoutMillis: 1000,
            compression: 'gzip',
            certificates: {},
          },
        },
        metricOptions: { temporality: 'cumulative', histograms: 'explicit_bucket_histogram' },
        refusalAdvice: undefined,
        oldEnvironment: false,
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
    expect(signal(options, 'traces')).toMatchObject({
      kind: 'otlp',
      endpoint: { ...PLAIN, url: 'http://general/v1/traces', headers: {}, timeoutMillis: 1000, compression: 'gzip', certificates: { ca: CERTIFICATE_FILE } },
    });
    expect(problems.map((problem) => problem.replace(/.* using /, ''))).toEqual([
      'the general endpoint.',
      '1000.',
      'gzip.',
      'the file of the general variable.',
    ]);
  });

  for (const [name, value, shown] of [
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://me:s3cret%@c', 'http://REDACTED@c'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://u%4:1s3cret@c', 'http://REDACTED@c'],
    ['HTTP_PROXY', 'http://me:50%s3cret@p', 'http://REDACTED@p'],
    ['https_proxy', 'me:50%s3cret@p', 'REDACTED@p'],
  ] as const) {
    verifies(['P4', 'P5'], `of credentials that are not percent-encoded is told without them: ${name}`, () => {
      const { problems } = resolved({ OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', [name]: value }, proxied(name));
      expect(problems).toEqual([expect.stringContaining(`OTELIER_ENV_INVALID ${name}: "${shown}" is not `)]);
      expect(problems[0]).toContain('whose credentials, if any, are percent-encoded');
      expect(problems[0]).not.toContain('s3cret');
    });
  }

  verifies(['P4', 'P5'], 'of headers that the transport sets itself is told with their names, and the others are sent', () => {
    const { options, problems } = resolved({
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s3cret,Content-Length=5,te=s3cret',
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'host=other',
    });
    expect(options.destinations[0]).toMatchObject({
      traces: { endpoint: { headers: { 'api-key': 's3cret' } } },
      logs: { endpoint: { headers: { 'api-key': 's3cret' } } },
    });
    expect(both('headers')(options)).toEqual([{ 'api-key': 's3cret' }, { 'api-key': 's3cret' }]);
    expect(problems).toEqual([
      expect.stringMatching(
        /^OTELIER_ENV_INVALID OTEL_EXPORTER_OTLP_HEADERS: "content-length,te" is not a list of headers, with none that the transport sets itself \(connection, .*\); using the others\.$/,
      ),
      expect.stringMatching(/^OTELIER_ENV_INVALID OTEL_EXPORTER_OTLP_LOGS_HEADERS: "host" is not/),
    ]);
  });

  verifies(['P4', 'P5'], 'of a key that is not that of the certificate is told with both variables', () => {
    const { options, problems } = resolved({
      OTEL_EXPORTER_OTLP_CERTIFICATE: CA,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: CA,
      OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: '/other.key',
      OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: CA,
    });
    expect(problems).toEqual([
      'OTELIER_ENV_INVALID OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: "/other.key" is not the key of OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE; using neither of the two.',
    ]);
    expect(both('certificates')(options)).toEqual([{ ca: CERTIFICATE_FILE }, { ca: CERTIFICATE_FILE, cert: CERTIFICATE_FILE, key: CERTIFICATE_FILE }]);
  });

  verifies('P4', 'of a sampler is told of where that sampler is chosen', () => {
    const { options, problems } = resolved({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' });
    expect(sampler(options)).toMatchObject({ root: 'traceidratio', ratio: 1 });
    expect(problems).toEqual(['OTELIER_ENV_INVALID OTEL_TRACES_SAMPLER_ARG: "2" is not a number from 0 to 1; using 1.']);
  });

  verifies('P4', 'is not looked at where code says it all', () => {
    const { problems } = resolved({ OTEL_TRACES_EXPORTER: 'zipkin', OTEL_SDK_DISABLED: 'maybe' }, { disabled: false, destinations: [] });
    expect(problems).toEqual([]);
  });
});
