export { bullmqProcessor } from './bullmq/bullmq-processor.js';
export { bullmqTelemetry } from './bullmq/bullmq-telemetry.js';
export { collector } from './destinations/collector.js';
export { consoleDestination } from './destinations/console.js';
export { setRequestAttributes } from './http/set-request-attributes.js';
export { traceIntegration } from './integrations/trace-integration.js';
export { setupOtel } from './sdk/setup-otel.js';
export { Traced, traced } from './tracing/traced.js';
export { withSpan } from './tracing/with-span.js';

export type { BullmqProcessorOptions } from './bullmq/bullmq-processor.js';
export type { BullmqTelemetryOptions } from './bullmq/bullmq-telemetry.js';
export type { CollectorOptions } from './destinations/collector.js';
export type { ConsoleDestination, Destination, OtlpDestination, Signal } from './destinations/destination.js';
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
export type { HeaderPattern } from './redaction/header-capture.js';
export type { DestinationStatus, Otel, OtelStatus, SpanStatus } from './sdk/otel.js';
export type { TracedDecorator } from './tracing/traced.js';
