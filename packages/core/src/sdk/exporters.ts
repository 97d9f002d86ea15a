import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { ConsoleMetricExporter, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { ConsoleSpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { OtlpEndpoint } from '../destinations/destination.js';
import type { ResolvedSignal } from '../options/resolved-options.js';

type OtlpConfig = NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>;

/** The exporter of one destination's spans. */
export function createSpanExporter(signal: ResolvedSignal): SpanExporter {
  return signal.kind === 'console' ? new ConsoleSpanExporter() : new OTLPTraceExporter(otlpConfig(signal.endpoint));
}

/** The exporter of one destination's metrics. */
export function createMetricExporter(signal: ResolvedSignal): PushMetricExporter {
  return signal.kind === 'console' ? new ConsoleMetricExporter() : new OTLPMetricExporter(otlpConfig(signal.endpoint));
}

/** Where a signal goes, for messages; user-info, query and fragment may hold a key and are left out. */
export function describeAddress(signal: ResolvedSignal): string {
  if (signal.kind === 'console') {
    return 'standard output';
  }
  const { origin, pathname } = new URL(signal.endpoint.url);
  return `${origin}${pathname}`;
}

function otlpConfig(endpoint: OtlpEndpoint): OtlpConfig {
  return {
    url: endpoint.url,
    headers: { ...endpoint.headers },
    timeoutMillis: endpoint.timeoutMillis,
    // The exporter's enumeration of compressions is not exported by the package that takes it.
    compression: endpoint.compression as OtlpConfig['compression'],
  };
}
