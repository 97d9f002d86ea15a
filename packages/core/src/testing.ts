export { setupTestTelemetry } from './testing/setup-test-telemetry.js';

export type { ExpectedSpan } from './testing/expected-trace.js';
export type { FinishedEvent, FinishedSpan } from './testing/finished-span.js';
export type { EmittedLogRecord } from './testing/memory-logs.js';
export type { CollectedMetric, CollectedPoint } from './testing/renewable-meter-provider.js';
export type { TestTelemetryOptions } from './testing/setup-test-telemetry.js';
export type { SpanTree } from './testing/span-tree.js';
export type { TestTelemetry } from './testing/test-telemetry.js';
export type { WaitOptions } from './testing/waiting.js';
