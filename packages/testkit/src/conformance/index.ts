export { activeSpanId, activeTraceId } from './context-walk.js';
export { blockBench, servedBench } from './block-bench.js';
export { ENDPOINTS } from './endpoints.js';
export { BoomError, TeapotError } from './endpoint.js';
export { send, sendAndLeave } from './http-client.js';
export { runningHost } from './host.js';
export { CONFORMANCE_SPECS, describeConformance } from './matrix.js';
export { durationMillis, exceptionsOf, exchange, isServerSpan, serverSpan } from './server-span.js';
export { endsBefore, isInternalSpan, nextBegins, spanTree } from './span-tree.js';
export { fastifyTransport, testKeyPair } from './transport.js';
export { TelemetryProbe } from './telemetry-probe.js';

export type { Endpoint, Exchange } from './endpoint.js';
export type { Answer, Sending } from './http-client.js';
export type { ConformanceHost, HostStart, RunningHost } from './host.js';
export type { Bench, Spec } from './spec.js';
export type { Transport } from './transport.js';
export type { MeasuredPoint } from './telemetry-probe.js';
