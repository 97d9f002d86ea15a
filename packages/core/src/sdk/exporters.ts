import { AggregationTemporalityPreference, OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import {
  AggregationType,
  ConsoleMetricExporter,
  InstrumentType,
  type AggregationOption,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { OtlpEndpoint, OtlpProtocol } from '../destinations/destination.js';
import { lazily } from '../lazily.js';
import type { ExemplarSource } from '../metrics/exemplar-source.js';
import type { ResolvedBatchLimits, ResolvedMetricOptions, ResolvedSignal } from '../options/resolved-options.js';
import { ENCODED_DIVISION, listDivision, METRIC_DIVISION } from '../pipeline/divisions.js';
import type { EncodedBatch } from '../pipeline/encoding/encoded-batch.js';
import { EncodedRecords } from '../pipeline/encoding/encoded-records.js';
import {
  LOG_ENCODING,
  SPAN_ENCODING,
  type OriginatedRecord,
  type SignalEncoding,
} from '../pipeline/encoding/signal-encoding.js';
import type * as JsonSerializers from '../pipeline/json-serializers.js';
import type * as MetricSerializers from '../pipeline/metric-serializers.js';
import { OtlpTransport } from '../pipeline/otlp-transport.js';
import { GatheredRecords } from '../pipeline/gathered-records.js';
import { PlainRecords, type BatchExporter } from '../pipeline/plain-records.js';
import { SizedDelivery, type RequestSerializer, type SizedDeliveryOptions } from '../pipeline/sized-delivery.js';
import type { WaitingRecords } from '../pipeline/waiting-records.js';
import { VERSION } from '../version.js';
import { consoleLogs, consoleSpans } from './console.js';

const json = lazily(() => require('../pipeline/json-serializers.js') as typeof JsonSerializers);
const metricSerializers = lazily(
  () => require('../pipeline/metric-serializers.js') as typeof MetricSerializers,
);

/** An exporter and the transport beneath it; the console has none. */
export interface CreatedExporter<Exporter> {
  readonly exporter: Exporter;
  readonly transport: OtlpTransport | undefined;
}

/** Where the records of one signal wait for one destination, and the transport beneath; the console has none. */
export interface CreatedQueue<R> {
  readonly waiting: WaitingRecords<R>;
  readonly transport: OtlpTransport | undefined;
}

const CONTENT_TYPES = {
  'http/protobuf': 'application/x-protobuf',
  'http/json': 'application/json',
  grpc: 'application/grpc',
} as const satisfies Record<OtlpProtocol, string>;

/** Where the spans for one destination wait. */
export function createSpanQueue(signal: ResolvedSignal, limits: ResolvedBatchLimits): CreatedQueue<ReadableSpan> {
  if (signal.kind === 'console') {
    return printed(consoleSpans(signal.console), limits);
  }
  if (isJson(signal.endpoint)) {
    return createPlainQueue(signal.endpoint, json().JsonTraceSerializer, limits);
  }
  const { waiting, transport } = createEncodedQueue(signal.endpoint, SPAN_ENCODING, limits);
  // An ended span does not change any more; what a log record tells of is the application's, and may.
  return { waiting: new GatheredRecords(waiting, limits.maxBatchSize), transport };
}

/** Where the log records for one destination wait. */
export function createLogQueue(signal: ResolvedSignal, limits: ResolvedBatchLimits): CreatedQueue<ReadableLogRecord> {
  if (signal.kind === 'console') {
    return printed(consoleLogs(signal.console), limits);
  }
  return isJson(signal.endpoint)
    ? createPlainQueue(signal.endpoint, json().JsonLogsSerializer, limits)
    : createEncodedQueue(signal.endpoint, LOG_ENCODING, limits);
}

/** How metrics are summed up, and what goes out with them. */
export interface MetricExporterOptions extends ResolvedMetricOptions {
  /** How long an export may take, if the destination does not ask for less. */
  readonly timeoutMillis: number;
  /** `undefined` for none. */
  readonly exemplars: ExemplarSource | undefined;
}

const TEMPORALITIES = {
  cumulative: AggregationTemporalityPreference.CUMULATIVE,
  delta: AggregationTemporalityPreference.DELTA,
  lowmemory: AggregationTemporalityPreference.LOWMEMORY,
} as const satisfies Record<ResolvedMetricOptions['temporality'], AggregationTemporalityPreference>;

/** The exporter of one destination's metrics. */
export function createMetricExporter(
  signal: ResolvedSignal,
  { temporality, histograms, timeoutMillis, exemplars }: MetricExporterOptions,
): CreatedExporter<PushMetricExporter> {
  if (signal.kind === 'console') {
    return { exporter: new ConsoleMetricExporter(), transport: undefined };
  }
  const { delivery, transport } = createDelivery(signal.endpoint, {
    serializer: isJson(signal.endpoint) ? json().JsonMetricsSerializer : protobufMetrics(exemplars),
    division: METRIC_DIVISION,
    timeoutMillis,
  });
  const aggregationPreference = (instrument: InstrumentType): AggregationOption => ({
    type:
      instrument === InstrumentType.HISTOGRAM && histograms === 'base2_exponential_bucket_histogram'
        ? AggregationType.EXPONENTIAL_HISTOGRAM
        : AggregationType.DEFAULT,
  });
  const temporalityPreference = TEMPORALITIES[temporality];
  return { exporter: new OTLPMetricExporterBase(delivery, { temporalityPreference, aggregationPreference }), transport };
}

/** Where a signal goes, for messages; user-info, query and fragment may hold a key and are left out. */
export function describeAddress(signal: ResolvedSignal): string {
  if (signal.kind === 'console') {
    return 'standard output';
  }
  const { origin, pathname } = new URL(signal.endpoint.url);
  return `${origin}${pathname}`;
}

function isJson({ protocol }: OtlpEndpoint): boolean {
  return protocol === 'http/json';
}

/** The serializer for JSON has no exemplars; that for protobuf is loaded with the first metrics. */
function protobufMetrics(exemplars: ExemplarSource | undefined): RequestSerializer<ResourceMetrics> {
  const serializer = lazily(() => metricSerializers().createMetricSerializer(exemplars));
  return {
    serializeRequest: (metrics) => serializer().serializeRequest(metrics),
    deserializeResponse: (data) => serializer().deserializeResponse(data),
    takeBack: () => serializer().takeBack?.(),
  };
}

function printed<R>(exporter: BatchExporter<R>, { maxBatchSize }: ResolvedBatchLimits): CreatedQueue<R> {
  return { waiting: new PlainRecords(exporter, maxBatchSize), transport: undefined };
}

/** For JSON, which is written when a batch goes out. */
function createPlainQueue<R>(
  endpoint: OtlpEndpoint,
  serializer: RequestSerializer<R[]>,
  { exportTimeoutMillis: timeoutMillis, maxBatchSize }: ResolvedBatchLimits,
): CreatedQueue<R> {
  const { delivery, transport } = createDelivery<R[]>(endpoint, { serializer, division: listDivision(), timeoutMillis });
  return { waiting: new PlainRecords(delivery, maxBatchSize), transport };
}

/** For protobuf, which is written when a record is added. */
function createEncodedQueue<R extends OriginatedRecord>(
  endpoint: OtlpEndpoint,
  encoding: SignalEncoding<R>,
  limits: ResolvedBatchLimits,
): CreatedQueue<R> {
  const { deserializeResponse } = encoding;
  const { delivery, transport } = createDelivery<EncodedBatch>(endpoint, {
    serializer: { serializeRequest: (batch) => batch.body(), deserializeResponse },
    division: ENCODED_DIVISION,
    timeoutMillis: limits.exportTimeoutMillis,
  });
  return { waiting: new EncodedRecords(encoding, delivery, limits), transport };
}

function createDelivery<T>(
  endpoint: OtlpEndpoint,
  how: Pick<SizedDeliveryOptions<T>, 'serializer' | 'division' | 'timeoutMillis'>,
): { readonly delivery: SizedDelivery<T>; readonly transport: OtlpTransport } {
  const { url, compression, protocol, proxy, certificates, maxRequestBytes } = endpoint;
  const headers = {
    'user-agent': `OTel-OTLP-Exporter-JavaScript/${VERSION} otelier/${VERSION}`,
    ...endpoint.headers,
    'content-type': CONTENT_TYPES[protocol],
  };
  const transport = new OtlpTransport(
    { url, headers, gzip: compression === 'gzip', grpc: protocol === 'grpc', proxy },
    certificates,
  );
  const timeoutMillis = Math.min(endpoint.timeoutMillis, how.timeoutMillis);
  return { delivery: new SizedDelivery({ ...how, transport, maxRequestBytes, timeoutMillis }), transport };
}
