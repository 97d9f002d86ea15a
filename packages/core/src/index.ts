export { collector } from './destinations/collector.js';
export { consoleDestination } from './destinations/console.js';
export { traceIntegration } from './integrations/trace-integration.js';
export { setupOtel } from './sdk/setup-otel.js';
export { Traced, traced } from './tracing/traced.js';
export { withSpan } from './tracing/with-span.js';

export type { CollectorOptions } from './destinations/collector.js';
export type { ConsoleDestination, Destination, OtlpDestination, Signal } from './destinations/destination.js';
export type { DiagnosticCode } from './diagnostics/codes.js';
export type { Problem } from './diagnostics/report.js';
export type { Undo } from './integrations/integration.js';
export type { DatabaseOptions, OtelOptions, QueryTextMode } from './options/otel-options.js';
export type { RequestOptions } from './options/request-options.js';
export type { DestinationStatus, Otel, OtelStatus, SpanStatus } from './sdk/otel.js';
export type { TracedDecorator } from './tracing/traced.js';
