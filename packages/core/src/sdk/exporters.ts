import { AggregationTemporalityPreference, OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import { createOtlpNetworkExportDelegate, OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { createOtlpHttpExporterMetrics } from '@opentelemetry/otlp-exporter-base/node-http';
import {
  LogsExporterMetricsHelper,
  MetricsExporterMetricsHelper,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import { ConsoleLogRecordExporter, type LogRecordExporter, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import {
  AggregationType,
  ConsoleMetricExporter,
  InstrumentType,
  type AggregationOption,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { ConsoleSpanExporter, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { OtlpEndpoint } from '../destinations/destination.js';
import type { ExemplarSource } from '../metrics/exemplar-source.js';
import type { ResolvedMetricOptions, ResolvedSignal } from '../options/resolved-options.js';
import { ExemplarSerializer } from '../pipeline/exemplar-serializer.js';
import { OtlpTransport } from '../pipeline/otlp-transport.js';
import { VERSION } from '../version.js';

/** An exporter and the transport beneath it; the console has none. */
export interface CreatedExporter<Exporter> {
  readonly exporter: Exporter;
  readonly transport: OtlpTransport | undefined;
}

/** Requests of one signal that may be under way at once; the pipelines send one at a time, except at the very end. */
const CONCURRENT_REQUESTS = 1000;

/**
 * The exporter of one destination's spans.
 *
 * @param timeoutMillis - how long an export may take, if the destination does not ask for less
 */
export function createSpanExporter(signal: ResolvedSignal, timeoutMillis: number): CreatedExporter<SpanExporter> {
  if (signal.kind === 'console') {
    return { exporter: new ConsoleSpanExporter(), transport: undefined };
  }
  const { endpoint } = signal;
  const transport = createTransport(endpoint);
  const selfMetrics = createOtlpHttpExporterMetrics(
    'otlp_http_span_exporter',
    TraceExporterMetricsHelper,
    endpoint.url,
    undefined,
  );
  const delegate = createOtlpNetworkExportDelegate(
    sharedConfig(endpoint, timeoutMillis),
    ProtobufTraceSerializer,
    selfMetrics,
    transport,
  );
  return { exporter: new OTLPExporterBase<ReadableSpan[]>(delegate), transport };
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
  const { endpoint } = signal;
  const transport = createTransport(endpoint);
  const selfMetrics = createOtlpHttpExporterMetrics(
    'otlp_http_metric_exporter',
    MetricsExporterMetricsHelper,
    endpoint.url,
    undefined,
  );
  const delegate = createOtlpNetworkExportDelegate(
    sharedConfig(endpoint, timeoutMillis),
    exemplars === undefined ? ProtobufMetricsSerializer : new ExemplarSerializer(exemplars),
    selfMetrics,
    transport,
  );
  const aggregationPreference = (instrument: InstrumentType): AggregationOption => ({
    type:
      instrument === InstrumentType.HISTOGRAM && histograms === 'base2_exponential_bucket_histogram'
        ? AggregationType.EXPONENTIAL_HISTOGRAM
        : AggregationType.DEFAULT,
  });
  const temporalityPreference = TEMPORALITIES[temporality];
  return { exporter: new OTLPMetricExporterBase(delegate, { temporalityPreference, aggregationPreference }), transport };
}

/**
 * The exporter of one destination's log records.
 *
 * @param timeoutMillis - how long an export may take, if the destination does not ask for less
 */
export function createLogExporter(signal: ResolvedSignal, timeoutMillis: number): CreatedExporter<LogRecordExporter> {
  if (signal.kind === 'console') {
    return { exporter: new ConsoleLogRecordExporter(), transport: undefined };
  }
  const { endpoint } = signal;
  const transport = createTransport(endpoint);
  const selfMetrics = createOtlpHttpExporterMetrics(
    'otlp_http_log_exporter',
    LogsExporterMetricsHelper,
    endpoint.url,
    undefined,
  );
  const delegate = createOtlpNetworkExportDelegate(
    sharedConfig(endpoint, timeoutMillis),
    ProtobufLogsSerializer,
    selfMetrics,
    transport,
  );
  return { exporter: new OTLPExporterBase<ReadableLogRecord[]>(delegate), transport };
}

/** Where a signal goes, for messages; user-info, query and fragment may hold a key and are left out. */
export function describeAddress(signal: ResolvedSignal): string {
  if (signal.kind === 'console') {
    return 'standard output';
  }
  const { origin, pathname } = new URL(signal.endpoint.url);
  return `${origin}${pathname}`;
}

function createTransport(endpoint: OtlpEndpoint): OtlpTransport {
  const headers = {
    'user-agent': `OTel-OTLP-Exporter-JavaScript/${VERSION} otelier/${VERSION}`,
    ...endpoint.headers,
    'content-type': 'application/x-protobuf',
  };
  return new OtlpTransport(
    { url: endpoint.url, headers, gzip: endpoint.compression === 'gzip' },
    endpoint.certificates,
  );
}

function sharedConfig(endpoint: OtlpEndpoint, timeoutMillis: number): Parameters<typeof createOtlpNetworkExportDelegate>[0] {
  return { timeoutMillis: Math.min(endpoint.timeoutMillis, timeoutMillis), concurrencyLimit: CONCURRENT_REQUESTS, compression: 'none' };
}
