import { AggregationTemporalityPreference, OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import {
  AggregationType,
  ConsoleMetricExporter,
  InstrumentType,
  type AggregationOption,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { OtlpEndpoint, OtlpProtocol } from '../destinations/destination.js';
import type { ExemplarSource } from '../metrics/exemplar-source.js';
import type { ResolvedMetricOptions, ResolvedSignal } from '../options/resolved-options.js';
import { listDivision, METRIC_DIVISION } from '../pipeline/divisions.js';
import { ExemplarSerializer } from '../pipeline/exemplar-serializer.js';
import { OtlpTransport } from '../pipeline/otlp-transport.js';
import { SizedDelivery, type RequestSerializer, type SizedDeliveryOptions } from '../pipeline/sized-delivery.js';
import { VERSION } from '../version.js';
import { consoleLogs, consoleSpans } from './console.js';

/** An exporter and the transport beneath it; the console has none. */
export interface CreatedExporter<Exporter> {
  readonly exporter: Exporter;
  readonly transport: OtlpTransport | undefined;
}

const CONTENT_TYPES = {
  'http/protobuf': 'application/x-protobuf',
  'http/json': 'application/json',
  grpc: 'application/grpc',
} as const satisfies Record<OtlpProtocol, string>;

/**
 * The exporter of one destination's spans.
 *
 * @param timeoutMillis - how long an export may take, if the destination does not ask for less
 */
export function createSpanExporter(signal: ResolvedSignal, timeoutMillis: number): CreatedExporter<SpanExporter> {
  if (signal.kind === 'console') {
    return { exporter: consoleSpans(signal.console), transport: undefined };
  }
  const serializer = isJson(signal.endpoint) ? JsonTraceSerializer : ProtobufTraceSerializer;
  return createListExporter<ReadableSpan>(signal.endpoint, { serializer, timeoutMillis });
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
    serializer: isJson(signal.endpoint) ? JsonMetricsSerializer : protobufMetrics(exemplars),
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

/**
 * The exporter of one destination's log records.
 *
 * @param timeoutMillis - how long an export may take, if the destination does not ask for less
 */
export function createLogExporter(signal: ResolvedSignal, timeoutMillis: number): CreatedExporter<LogRecordExporter> {
  if (signal.kind === 'console') {
    return { exporter: consoleLogs(signal.console), transport: undefined };
  }
  const serializer = isJson(signal.endpoint) ? JsonLogsSerializer : ProtobufLogsSerializer;
  return createListExporter<ReadableLogRecord>(signal.endpoint, { serializer, timeoutMillis });
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

/** The serializer for JSON has no exemplars. */
function protobufMetrics(exemplars: ExemplarSource | undefined): RequestSerializer<ResourceMetrics> {
  return exemplars === undefined ? ProtobufMetricsSerializer : new ExemplarSerializer(exemplars);
}

/** For what is exported as a list, which can be divided anywhere. */
function createListExporter<R>(
  endpoint: OtlpEndpoint,
  how: Pick<SizedDeliveryOptions<R[]>, 'serializer' | 'timeoutMillis'>,
): CreatedExporter<OTLPExporterBase<R[]>> {
  const { delivery, transport } = createDelivery<R[]>(endpoint, { ...how, division: listDivision() });
  return { exporter: new OTLPExporterBase(delivery), transport };
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
