export { startOtlpSink } from './otlp-sink.js';
export type { OtlpSink, SinkAnswer, SinkOptions, SinkTls } from './otlp-sink.js';
export { startGrpcSink } from './grpc-sink.js';
export type { GrpcSink, GrpcSinkAnswer, GrpcSinkOptions } from './grpc-sink.js';
export { startProxy } from './http-proxy.js';
export type { HttpProxy, ProxyOptions } from './http-proxy.js';
export type { WaitOptions } from './otlp/arrivals.js';
export { decodeLogsRequest, decodeTraceRequest } from './otlp/protobuf.js';
export type {
  Attributes,
  AttributeValue,
  ReceivedBuckets,
  ReceivedDataPoint,
  ReceivedEvent,
  ReceivedExemplar,
  ReceivedLink,
  ReceivedLogRecord,
  ReceivedMetric,
  ReceivedRequest,
  ReceivedScope,
  ReceivedSpan,
  ReceivedSpanKind,
} from './otlp/received.js';
export { describeWith, missingServer, testMysql, testPostgres, testRedis } from './databases/test-database.js';
export type { TestDatabase } from './databases/test-database.js';
export { findFreePort } from './databases/free-port.js';
export { startPrivateRedis } from './databases/redis-server.js';
export { askRedis } from './databases/redis-connection.js';
export { acceptViolation } from './conventions/violation-ledger.js';
export { expectDiagnostics } from './silence/expected-diagnostics.js';
export { verifiedTitle, verifies } from './verifies.js';
export { countSubscriptions } from './subscription-count.js';
export { startHeaderServer } from './header-server.js';
export type { HeaderServer } from './header-server.js';
export { runProgram } from './child-program.js';
export type { Program, ProgramEnd, ProgramOptions } from './child-program.js';
