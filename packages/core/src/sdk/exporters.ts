import { OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import { createOtlpNetworkExportDelegate, OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { createOtlpHttpExporterMetrics } from '@opentelemetry/otlp-exporter-base/node-http';
import {
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import { ConsoleMetricExporter, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { ConsoleSpanExporter, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { OtlpEndpoint } from '../destinations/destination.js';
import type { ExemplarSource } from '../metrics/exemplar-source.js';
import type { ResolvedSignal } from '../options/resolved-options.js';
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

/** The exporter of one destination's spans. */
export function createSpanExporter(signal: ResolvedSignal): CreatedExporter<SpanExporter> {
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
    sharedConfig(endpoint),
    ProtobufTraceSerializer,
    selfMetrics,
    transport,
  );
  return { exporter: new OTLPExporterBase<ReadableSpan[]>(delegate), transport };
}

/**
 * The exporter of one destination's metrics.
 *
 * @param exemplars - those that go out with the metrics; `undefined` for none
 */
export function createMetricExporter(
  signal: ResolvedSignal,
  exemplars: ExemplarSource | undefined,
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
    sharedConfig(endpoint),
    exemplars === undefined ? ProtobufMetricsSerializer : new ExemplarSerializer(exemplars),
    selfMetrics,
    transport,
  );
  return { exporter: new OTLPMetricExporterBase(delegate), transport };
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

function sharedConfig(endpoint: OtlpEndpoint): Parameters<typeof createOtlpNetworkExportDelegate>[0] {
  return { timeoutMillis: endpoint.timeoutMillis, concurrencyLimit: CONCURRENT_REQUESTS, compression: 'none' };
}
