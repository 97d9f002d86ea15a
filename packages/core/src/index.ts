export { bullmqProcessor } from './bullmq/bullmq-processor.js';
export { bullmqTelemetry } from './bullmq/bullmq-telemetry.js';
export { axiom } from './destinations/axiom.js';
export { collector } from './destinations/collector.js';
export { consoleDestination } from './destinations/console.js';
export { dash0 } from './destinations/dash0.js';
export { datadog } from './destinations/datadog.js';
export { elastic } from './destinations/elastic.js';
export { grafanaCloud } from './destinations/grafana-cloud.js';
export { honeycomb } from './destinations/honeycomb.js';
export { mackerel } from './destinations/mackerel.js';
export { newRelic } from './destinations/new-relic.js';
export { viewer } from './destinations/viewer.js';
export { setRequestAttributes } from './http/set-request-attributes.js';
export { traceIntegration } from './integrations/trace-integration.js';
export { runScript } from './script/run-script.js';
export { setupOtel } from './sdk/setup-otel.js';
export { Traced, traced } from './tracing/traced.js';
export { withSpan } from './tracing/with-span.js';

export type { BullmqProcessorOptions } from './bullmq/bullmq-processor.js';
export type { BullmqTelemetryOptions } from './bullmq/bullmq-telemetry.js';
export type { AxiomOptions } from './destinations/axiom.js';
export type { CollectorOptions } from './destinations/collector.js';
export type { ConsoleOptions } from './destinations/console.js';
export type { Dash0Options } from './destinations/dash0.js';
export type { DatadogOptions } from './destinations/datadog.js';
export type {
  ConsoleDestination,
  DeliveryOptions,
  Destination,
  OtlpDestination,
  OtlpProtocol,
  Signal,
  Temporality,
  VendorDestination,
  VendorName,
} from './destinations/destination.js';
export type { ElasticOptions } from './destinations/elastic.js';
export type { GrafanaCloudOptions } from './destinations/grafana-cloud.js';
export type { HoneycombOptions } from './destinations/honeycomb.js';
export type { MackerelOptions } from './destinations/mackerel.js';
export type { NewRelicOptions } from './destinations/new-relic.js';
export type { VendorOptions } from './destinations/vendor.js';
export type { DiagnosticCode } from './diagnostics/codes.js';
export type { Problem } from './diagnostics/report.js';
export type {
  BullmqAttributes,
  BullmqContextManager,
  BullmqSpan,
  BullmqTelemetry,
  BullmqTracer,
} from './integrations/bullmq/telemetry-interface.js';
export type { Undo } from './integrations/integration.js';
export type { DatabaseOptions, QueryTextMode } from './options/database-options.js';
export type { LogLevel, LogOptions } from './options/log-options.js';
export type { OtelInstrumentation } from './options/otel-instrumentation.js';
export type { OtelOptions } from './options/otel-options.js';
export type {
  OutgoingHeaderOptions,
  OutgoingOptions,
  OutgoingPredicate,
  OutgoingRule,
  OutgoingTarget,
} from './options/outgoing-options.js';
export type { RequestTelemetry } from './http/request-handle.js';
export type { IgnoreRule } from './options/ignore-rules.js';
export type {
  HeaderOptions,
  IgnoreOptions,
  RequestMetricOptions,
  RequestOptions,
  RouteOptions,
} from './options/request-options.js';
export type {
  SamplingLimits,
  SamplingOptions,
  SamplingPattern,
  SamplingRule,
  SamplingValue,
} from './options/sampling-options.js';
export type { HeaderPattern } from './redaction/header-capture.js';
export type { DropReason, KeepReason, SamplingStatus } from './sampling/sampling-counts.js';
export type { ScriptOptions } from './script/run-script.js';
export type { DestinationStatus, Otel, OtelStatus, SpanStatus } from './sdk/otel.js';
export type { TracedDecorator } from './tracing/traced.js';
