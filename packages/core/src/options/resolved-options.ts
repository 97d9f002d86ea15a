import type { Attributes } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { OtlpEndpoint } from '../destinations/destination.js';
import type { ExemplarFilter } from '../metrics/exemplar.js';
import type { HeaderCapture } from '../redaction/header-capture.js';
import type { DatabaseOptions } from './database-options.js';
import type { LogOptions } from './log-options.js';
import type { OutgoingPredicate } from './outgoing-options.js';
import type { OtelInstrumentation } from './otel-instrumentation.js';
import type { SamplerChoice } from './resolve-sampler.js';
import type { ResolvedSampling } from './resolve-sampling.js';
import type { WordOf } from './variables/catalogue.js';

/** How a console destination prints; one object for all of its signals. */
export interface ResolvedConsole {
  readonly quiet: boolean;
  readonly colors: 'always' | 'never' | 'on a terminal';
}

/** Where one signal of one destination goes. */
export type ResolvedSignal =
  | { readonly kind: 'otlp'; readonly endpoint: OtlpEndpoint }
  | { readonly kind: 'console'; readonly console: ResolvedConsole };

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
  /** What is told beside a refusal of the key. */
  readonly refusalAdvice: string | undefined;
  /** Whether it looks for the environment under the name that `deployment.environment.name` had before. */
  readonly oldEnvironment: boolean;
}

/** What is recorded of databases and caches, settled; nothing is slow that takes less than forever. */
export type ResolvedDatabaseOptions = Required<DatabaseOptions>;

/** What is done with the lines that the application logs, settled. */
export type ResolvedLogOptions = Required<LogOptions>;

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
  /** How many bytes of them wait at most, where they wait as bytes. */
  readonly maxQueueBytes: number;
  readonly maxBatchSize: number;
  readonly scheduleDelayMillis: number;
  /** How long the export of a batch may take. */
  readonly exportTimeoutMillis: number;
}

/** Everything that the set-up needs, settled once and frozen. */
export interface ResolvedOptions {
  readonly disabled: boolean;
  /** Whether the set-up waits for the first work that is to be recorded. */
  readonly deferred: boolean;
  readonly silent: boolean;
  readonly resource: Readonly<Attributes>;
  readonly destinations: readonly ResolvedDestination[];
  readonly sampler: Sampler | SamplerChoice;
  /** In place of the sampler that is chosen by name; `undefined` where that one, or the application's, decides alone. */
  readonly sampling: ResolvedSampling | undefined;
  readonly spanProcessors: readonly SpanProcessor[];
  readonly metricReaders: readonly IMetricReader[];
  readonly logRecordProcessors: readonly LogRecordProcessor[];
  readonly runtimeMetrics: boolean;
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
  readonly logs: ResolvedLogOptions;
  readonly instrumentations: readonly OtelInstrumentation[];
  readonly shutdownTimeoutMillis: number;
  readonly handleSignals: boolean;
}
