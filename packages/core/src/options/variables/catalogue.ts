import { otlpVariables } from './otlp-variables.js';
import type { Variable } from './variable.js';
import { PROXY_VARIABLES, VENDOR_VARIABLES } from './vendor-variables.js';

const EXPORTERS = { kind: 'words', values: ['otlp', 'console', 'none'], fallback: ['otlp'] } as const;
const LIMIT = { kind: 'count', min: 0 } as const;
const SIZE = { kind: 'count', min: 1 } as const;
const DELAY = { kind: 'millis', zero: 'at once', fallback: 1000 } as const;
const TIMEOUT = { kind: 'millis', zero: 'no limit', fallback: 30_000 } as const;
const CAPTURED = { kind: 'patterns', fallback: 'none' } as const;

/**
 * Every variable that is read, and all that is said of it: `docs/configuration.md` is made from this.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export const VARIABLES = {
  OTEL_SDK_DISABLED: { kind: 'flag', meaning: 'Nothing is recorded and sent; the context is still propagated', fallback: false },
  OTEL_CONFIG_FILE: {
    kind: 'text',
    meaning: 'A configuration file in the OpenTelemetry format; with it no other `OTEL_*` variable counts',
    fallback: 'none',
  },
  OTEL_LOG_LEVEL: {
    kind: 'word',
    meaning: "`none` silences Otelier's own messages",
    values: ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'],
    fallback: 'info',
  },

  OTELIER_DEFER_SETUP: {
    kind: 'flag',
    meaning: 'The set-up waits for `otel.start()`, the first request or the first job',
    fallback: false,
  },
  _OTEL_DEFER_SETUP: { kind: 'flag', meaning: 'The same, where `OTELIER_DEFER_SETUP` is not set', fallback: false },

  OTEL_SERVICE_NAME: { kind: 'text', meaning: "The resource's `service.name`", fallback: '`service.name` below, then package.json' },
  OTEL_RESOURCE_ATTRIBUTES: { kind: 'pairs', meaning: 'Attributes of the resource', fallback: 'none' },
  OTEL_NODE_RESOURCE_DETECTORS: { kind: 'list', meaning: 'With `container` or `all` in it, the resource has `container.id`', fallback: 'none' },
  _OTEL_ENABLE_CONTAINER_RESOURCE_DETECTOR: { kind: 'flag', meaning: 'The resource has `container.id`', fallback: false },
  NODE_ENV: { kind: 'text', meaning: "The resource's `deployment.environment.name`", fallback: 'none' },

  OTEL_PROPAGATORS: {
    kind: 'words',
    meaning: 'How the context goes from service to service',
    values: ['tracecontext', 'baggage', 'b3', 'b3multi', 'none'],
    fallback: ['tracecontext', 'baggage'],
  },

  OTEL_TRACES_SAMPLER: {
    kind: 'word',
    meaning: 'Which traces are recorded; `jaeger_remote`, `parentbased_jaeger_remote` and `xray` are not supported',
    values: [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ],
    fallback: 'parentbased_always_on',
  },
  OTEL_TRACES_SAMPLER_ARG: { kind: 'share', meaning: 'The share that `traceidratio` records', fallback: 1 },

  NO_COLOR: { kind: 'text', meaning: 'With any value the console destination prints without colours', fallback: 'colours on a terminal' },
  FORCE_COLOR: {
    kind: 'text',
    meaning: 'With `0` or `false` the console destination prints without colours, with any other value in colours',
    fallback: 'colours on a terminal',
  },
  OTEL_TRACES_EXPORTER: { ...EXPORTERS, meaning: 'Where spans go' },
  OTEL_METRICS_EXPORTER: { ...EXPORTERS, meaning: 'Where metrics go' },
  OTEL_LOGS_EXPORTER: { ...EXPORTERS, meaning: 'Where log records go' },
  ...otlpVariables(''),
  ...otlpVariables('TRACES_'),
  ...otlpVariables('METRICS_'),
  ...otlpVariables('LOGS_'),
  ...PROXY_VARIABLES,
  ...VENDOR_VARIABLES,

  OTEL_BSP_SCHEDULE_DELAY: { ...DELAY, meaning: 'How long a span waits at most before it is sent' },
  OTEL_BSP_EXPORT_TIMEOUT: { ...TIMEOUT, meaning: 'How long the export of a batch of spans may take' },
  OTEL_BSP_MAX_QUEUE_SIZE: { ...SIZE, meaning: 'How many spans wait at most', fallback: 20_000 },
  OTELIER_BSP_MAX_QUEUE_BYTES: { ...SIZE, meaning: 'How many bytes of spans wait at most, where they wait as protobuf', fallback: 33_554_432 },
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: { ...SIZE, meaning: 'How many spans are sent at once', fallback: 512 },
  OTEL_BLRP_SCHEDULE_DELAY: { ...DELAY, meaning: 'How long a log record waits at most before it is sent' },
  OTEL_BLRP_EXPORT_TIMEOUT: { ...TIMEOUT, meaning: 'How long the export of a batch of log records may take' },
  OTEL_BLRP_MAX_QUEUE_SIZE: { ...SIZE, meaning: 'How many log records wait at most', fallback: 20_000 },
  OTELIER_BLRP_MAX_QUEUE_BYTES: { ...SIZE, meaning: 'How many bytes of log records wait at most, where they wait as protobuf', fallback: 33_554_432 },
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: { ...SIZE, meaning: 'How many log records are sent at once', fallback: 512 },

  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: { ...LIMIT, meaning: 'How long the text of an attribute may be', fallback: undefined },
  OTEL_ATTRIBUTE_COUNT_LIMIT: { ...LIMIT, meaning: 'How many attributes a record may have', fallback: 128 },
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: { ...LIMIT, general: 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', meaning: 'The same of spans', fallback: undefined },
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: { ...LIMIT, general: 'OTEL_ATTRIBUTE_COUNT_LIMIT', meaning: 'The same of spans', fallback: 128 },
  OTEL_SPAN_EVENT_COUNT_LIMIT: { ...LIMIT, meaning: 'How many events a span may have', fallback: 128 },
  OTEL_SPAN_LINK_COUNT_LIMIT: { ...LIMIT, meaning: 'How many links a span may have', fallback: 128 },
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: { ...LIMIT, meaning: 'How many attributes an event of a span may have', fallback: 128 },
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: { ...LIMIT, meaning: 'How many attributes a link of a span may have', fallback: 128 },
  OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: { ...LIMIT, general: 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', meaning: 'The same of log records', fallback: undefined },
  OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: { ...LIMIT, general: 'OTEL_ATTRIBUTE_COUNT_LIMIT', meaning: 'The same of log records', fallback: 128 },

  OTEL_METRIC_EXPORT_INTERVAL: { kind: 'millis', meaning: 'The time between two exports of metrics', fallback: 60_000 },
  OTEL_METRIC_EXPORT_TIMEOUT: { ...TIMEOUT, meaning: 'How long an export of metrics may take' },
  OTEL_METRICS_EXEMPLAR_FILTER: {
    kind: 'word',
    meaning: 'Which measurements can become exemplars',
    values: ['trace_based', 'always_on', 'always_off'],
    fallback: 'trace_based',
  },
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: {
    kind: 'word',
    meaning: 'Whether metrics are sums since the start or since the last export',
    values: ['cumulative', 'delta', 'lowmemory'],
    fallback: 'cumulative',
  },
  OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: {
    kind: 'word',
    meaning: 'The kind of histogram where the instrument does not say',
    values: ['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'],
    fallback: 'explicit_bucket_histogram',
  },

  OTEL_NODE_EXCLUDED_URLS: { kind: 'patterns', meaning: 'Regular expressions for URLs whose requests leave no spans', fallback: 'none' },
  OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST: { ...CAPTURED, meaning: 'Headers of incoming requests that are recorded' },
  OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE: { ...CAPTURED, meaning: 'Headers of the answers to them that are recorded' },
  OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST: { ...CAPTURED, meaning: 'Headers of outgoing requests that are recorded' },
  OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE: { ...CAPTURED, meaning: 'Headers of the answers to them that are recorded' },
  OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS: { ...CAPTURED, meaning: 'Recorded headers whose values are hidden' },
} as const satisfies Record<string, Variable>;

/** The name of a variable that is read. */
export type VariableName = keyof typeof VARIABLES;

/** The names of the variables of one kind. */
export type VariableOf<K extends Variable['kind']> = {
  [N in VariableName]: (typeof VARIABLES)[N]['kind'] extends K ? N : never;
}[VariableName];

/** The words that a variable can hold. */
export type WordOf<N extends VariableOf<'word' | 'words'>> = (typeof VARIABLES)[N]['values'][number];
