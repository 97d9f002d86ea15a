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

/** Where one signal of one destination goes. */
export type ResolvedSignal = { readonly kind: 'otlp'; readonly endpoint: OtlpEndpoint } | { readonly kind: 'console' };

/** A destination with its addresses, headers and limits settled. */
export interface ResolvedDestination {
  readonly name: string;
  readonly traces: ResolvedSignal | undefined;
  readonly metrics: ResolvedSignal | undefined;
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

/** Everything that the set-up needs, settled once and frozen. */
export interface ResolvedOptions {
  readonly disabled: boolean;
  readonly silent: boolean;
  readonly resource: Readonly<Attributes>;
  readonly destinations: readonly ResolvedDestination[];
  readonly sampler: Sampler | SamplerChoice;
  readonly spanProcessors: readonly SpanProcessor[];
  readonly metricReaders: readonly MetricReader[];
  readonly metricIntervalMillis: number;
  readonly exemplarFilter: ExemplarFilter;
  readonly database: ResolvedDatabaseOptions;
  readonly outgoing: ResolvedOutgoingOptions;
  readonly instrumentations: readonly OtelInstrumentation[];
  readonly shutdownTimeoutMillis: number;
  readonly handleSignals: boolean;
}
