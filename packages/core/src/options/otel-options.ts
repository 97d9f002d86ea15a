import type { Attributes } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { Destination } from '../destinations/destination.js';
import type { DatabaseOptions } from './database-options.js';
import type { LogOptions } from './log-options.js';
import type { OutgoingOptions } from './outgoing-options.js';
import type { OtelInstrumentation } from './otel-instrumentation.js';
import type { SamplingOptions } from './sampling-options.js';

/**
 * Options of {@link setupOtel}. Each one wins over its `OTEL_*` variable, which wins over the default.
 */
export interface OtelOptions {
  /**
   * The resource's `service.name`.
   *
   * @default OTEL_SERVICE_NAME, then service.name in OTEL_RESOURCE_ATTRIBUTES, then "name" in package.json
   */
  readonly serviceName?: string;
  /**
   * The resource's `service.version`.
   *
   * @default service.version in OTEL_RESOURCE_ATTRIBUTES, then "version" in package.json
   */
  readonly serviceVersion?: string;
  /** The resource's `service.namespace`. */
  readonly serviceNamespace?: string;
  /**
   * The resource's `deployment.environment.name`.
   *
   * @default the same in OTEL_RESOURCE_ATTRIBUTES, then NODE_ENV
   */
  readonly environment?: string;
  /** Further resource attributes; they win over OTEL_RESOURCE_ATTRIBUTES. */
  readonly resourceAttributes?: Attributes;
  /**
   * Whether a missing service name is an error.
   *
   * @default false
   */
  readonly requireServiceName?: boolean;
  /**
   * Whether nothing is recorded and exported. The context is still propagated.
   *
   * @default OTEL_SDK_DISABLED, then false
   */
  readonly disabled?: boolean;
  /**
   * Where telemetry is sent.
   *
   * @default what OTEL_TRACES_EXPORTER and OTEL_METRICS_EXPORTER name, which is `otlp` by default
   */
  readonly destinations?: readonly Destination[];
  /**
   * Which traces are recorded.
   *
   * @default OTEL_TRACES_SAMPLER, then parent-based with every root sampled
   */
  readonly sampler?: Sampler;
  /**
   * Which local traces are exported: a share of all, every one with an error, slow ones, others by rules. Together with
   * `sampler` it is an error.
   *
   * @default what the variables of `sampler` ask for
   */
  readonly sampling?: SamplingOptions;
  /** Span processors of the application, called before the export. */
  readonly spanProcessors?: readonly SpanProcessor[];
  /** Metric readers of the application, beside those of the destinations. */
  readonly metricReaders?: readonly IMetricReader[];
  /** Log record processors of the application, beside those of the destinations. */
  readonly logRecordProcessors?: readonly LogRecordProcessor[];
  /**
   * Whether the runtime is measured where metrics go anywhere: event loop, heap and garbage collection of each thread,
   * CPU time and memory of the process.
   *
   * @default true
   */
  readonly runtimeMetrics?: boolean;
  /** What is recorded of database queries. */
  readonly database?: DatabaseOptions;
  /**
   * What is done with outgoing requests, those of `fetch`, undici, `node:http` and `node:https`; `false` leaves them
   * alone: no span, no metric, no headers.
   *
   * @default {}
   */
  readonly outgoing?: OutgoingOptions | false;
  /**
   * What is done with the lines that the application logs. Without it they carry the ids of their span and are not sent;
   * `true`, or an object, sends them too, and `false` leaves them alone.
   *
   * @default { send: false }
   */
  readonly logs?: LogOptions | boolean;
  /**
   * OpenTelemetry instrumentations of the application's, started with the set-up and stopped with it. One for a library
   * that Otelier observes itself takes that over. Lists in the list are allowed, as `getNodeAutoInstrumentations()` gives.
   *
   * @default none
   */
  readonly instrumentations?: readonly (OtelInstrumentation | readonly OtelInstrumentation[])[];
  /**
   * The time that the end of the process may take for in-flight requests and the last export, in milliseconds.
   *
   * @default 5000
   */
  readonly shutdownTimeoutMillis?: number;
  /**
   * Whether SIGTERM and SIGINT finish and flush what is open before the process ends.
   *
   * @default true
   */
  readonly handleSignals?: boolean;
}
