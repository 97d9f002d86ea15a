import type { Attributes } from '@opentelemetry/api';
import type { MetricReader } from '@opentelemetry/sdk-metrics';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { OtlpEndpoint } from '../destinations/destination.js';
import type { ExemplarFilter } from '../metrics/exemplar.js';
import type { HeaderCapture } from '../redaction/header-capture.js';
import type { DatabaseOptions } from './database-options.js';
import type { OutgoingPredicate } from './outgoing-options.js';
import type { OtelInstrumentation } from './otel-instrumentation.js';
import type { SamplerChoice } from './resolve-sampler.js';
import type { WordOf } from './variables/catalogue.js';

/** Where one signal of one destination goes. */
export type ResolvedSignal = { readonly kind: 'otlp'; readonly endpoint: OtlpEndpoint } | { readonly kind: 'console' };

/** How metrics are summed up for a destination. */
export interface ResolvedMetricOptions {
  readonly temporality: WordOf<'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'>;
  readonly histograms: WordOf<'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION'>;
}

/** A destination with its addresses, headers and limits settled. */
export interface ResolvedDestination {
  readonly name: string;
  readonly traces: ResolvedSignal | undefined;
  readonly metrics: ResolvedSignal | undefined;
  readonly logs: ResolvedSignal | undefined;
  readonly metricOptions: ResolvedMetricOptions;
}

/** What is recorded of databases and caches, settled; nothing is slow that takes less than forever. */
export type ResolvedDatabaseOptions = Required<DatabaseOptions>;

/** What is done with outgoing requests, settled; none of its functions throws. */
export interface ResolvedOutgoingOptions {
  /** Whether outgoing requests are observed at all. */
  readonly enabled: boolean;
  /** Whether the context is sent to whom a request goes. */
  readonly propagatesTo: OutgoingPredicate;
  /** Whether a request leaves no span. */
  readonly isIgnored: OutgoingPredicate;
  readonly rootRequests: boolean;
  readonly headers: HeaderCapture;
  readonly capturesHeaders: boolean;
}

/** A way in which the context goes from service to service, as OTEL_PROPAGATORS names it. */
export type PropagatorName = Exclude<WordOf<'OTEL_PROPAGATORS'>, 'none'>;

/** How much an attribute or a log record may hold; `Infinity` for no limit. */
export interface ResolvedLogRecordLimits {
  readonly attributeValueLengthLimit: number;
  readonly attributeCountLimit: number;
}

/** How much a span may hold; `Infinity` for no limit. */
export interface ResolvedSpanLimits extends ResolvedLogRecordLimits {
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
  readonly attributePerEventCountLimit: number;
  readonly attributePerLinkCountLimit: number;
}

/** How many records of a signal wait for how long before they are sent. */
export interface ResolvedBatchLimits {
  readonly maxQueueSize: number;
  readonly maxBatchSize: number;
  readonly scheduleDelayMillis: number;
  /** How long the export of a batch may take. */
  readonly exportTimeoutMillis: number;
}

/** Everything that the set-up needs, settled once and frozen. */
export interface ResolvedOptions {
  readonly disabled: boolean;
  readonly silent: boolean;
  readonly resource: Readonly<Attributes>;
  readonly destinations: readonly ResolvedDestination[];
  readonly sampler: Sampler | SamplerChoice;
  readonly spanProcessors: readonly SpanProcessor[];
  readonly metricReaders: readonly MetricReader[];
  /** The ways in which the context goes from service to service, each once. */
  readonly propagators: readonly PropagatorName[];
  readonly spanLimits: ResolvedSpanLimits;
  readonly logRecordLimits: ResolvedLogRecordLimits;
  readonly spanBatches: ResolvedBatchLimits;
  readonly logBatches: ResolvedBatchLimits;
  readonly metricIntervalMillis: number;
  readonly metricTimeoutMillis: number;
  readonly exemplarFilter: ExemplarFilter;
  readonly database: ResolvedDatabaseOptions;
  readonly outgoing: ResolvedOutgoingOptions;
  readonly instrumentations: readonly OtelInstrumentation[];
  readonly shutdownTimeoutMillis: number;
  readonly handleSignals: boolean;
}
