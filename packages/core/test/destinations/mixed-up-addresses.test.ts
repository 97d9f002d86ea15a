import { expectDiagnostics, startGrpcSink, startOtlpSink, verifies, type GrpcSink, type OtlpSink } from '@otelier/testkit';
import { collector, type Otel } from '../../src/index.js';
import { adviceFor } from '../../src/pipeline/delivery-advice.js';
import { exportOnce } from './telemetry.js';

const GRPC_METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const NO_GRPC = /\(what listens there speaks no gRPC: .* 4318, the protocol is http\/protobuf, in OTEL_EXPORTER_OTLP_PROTOCOL or in collector\(url, \{ protocol \}\)\)\.$/;
const NO_HTTP = /\(what listens there speaks no HTTP\/1\.1: .* 4317, the protocol is grpc, in OTEL_EXPORTER_OTLP_PROTOCOL or in collector\(url, \{ protocol \}\); .*4318\)\.$/;
const NO_TLS = /\(what listens there speaks no TLS: its address begins with http:\/\/, or in gRPC without a scheme OTEL_EXPORTER_OTLP_INSECURE is true\)\.$/;

let http: OtlpSink;
let grpc: GrpcSink;
let otel: Otel | undefined;

beforeEach(async () => {
  [http, grpc] = await Promise.all([startOtlpSink(), startGrpcSink()]);
});

afterEach(async () => {
  await otel?.shutdown();
  otel = undefined;
  await Promise.all([http.close(), grpc.close()]);
});

/** What is told of a destination that takes nothing. */
async function toldOf(url: string, protocol: 'grpc' | 'http/protobuf'): Promise<string[]> {
  expectDiagnostics('OTELIER_EXPORT_FAILED');
  otel = await exportOnce([collector(url, { protocol, signals: ['traces'] })]);
  return otel.status().problems.map(({ message }) => message);
}

function secured(url: string): string {
  return url.replace('http:', 'https:');
}

describe('a destination that takes nothing, as its address is mixed up with another,', () => {
  const mixUps = [
    ['a port of HTTP for gRPC', () => http.url, 'grpc', NO_GRPC],
    ['a port of gRPC for HTTP', () => grpc.url, 'http/protobuf', NO_HTTP],
    ['https for http', () => secured(http.url), 'http/protobuf', NO_TLS],
    ['https for http in gRPC', () => secured(grpc.url), 'grpc', NO_TLS],
  ] as const;
  for (const [mixUp, url, protocol, told] of mixUps) {
    verifies('P5', `is told with what to change: ${mixUp}`, async () => {
      expect(await toldOf(url(), protocol)).toEqual([expect.stringMatching(told)]);
    });
  }

  for (const [base, path] of [
    ['/v1/traces', '/v1/traces'],
    ['/otlp/v1/metrics/', '/v1/metrics'],
  ] as const) {
    verifies('P5', `is told with what to change: a base address that ends in ${path}`, async () => {
      http.answerWith({ status: 404 });
      expect(await toldOf(`${http.url}${base}`, 'http/protobuf')).toEqual([
        expect.stringContaining(`HTTP status 404 (a base address gets the path of each signal: take ${path} out of it, or name`),
      ]);
    });
  }

  verifies('P5', 'is told without advice where nothing is mixed up', async () => {
    http.answerWith({ status: 404 });
    expect(await toldOf(http.url, 'http/protobuf')).toEqual([expect.stringMatching(/did not take telemetry: HTTP status 404\.$/)]);
  });
});

describe('the advice for a delivery that failed', () => {
  const advised: readonly (readonly [address: string, cause: string, advice: unknown])[] = [
    ['http://c:4317/v1/traces', 'ECONNRESET', expect.stringContaining('speaks no HTTP/1.1')],
    ['http://c:4318/v1/traces', 'ECONNRESET', undefined],
    ['http://c:4317/v1/traces', 'ECONNREFUSED', undefined],
    [`http://c:4318${GRPC_METHOD}`, 'ECONNRESET', expect.stringContaining('speaks no gRPC')],
    [`http://c:4317${GRPC_METHOD}`, 'ECONNRESET', undefined],
    [`http://c:4317${GRPC_METHOD}`, 'gRPC status UNAVAILABLE', undefined],
    [`http://c${GRPC_METHOD}`, 'an answer that is not of gRPC', expect.stringContaining('speaks no gRPC')],
    [`https://c${GRPC_METHOD}`, 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', expect.stringContaining('speaks no gRPC')],
    ['http://c/v1/traces/v1/traces', 'ECONNREFUSED', undefined],
    ['http://c/v1/logs/v1/traces', 'HTTP status 405', expect.stringContaining('take /v1/logs out of it')],
    ['standard output', 'EPIPE', undefined],
  ];
  for (const [address, cause, advice] of advised) {
    verifies('P5', `speaks of what can be mixed up alone: ${cause} of ${address}`, () => {
      expect(adviceFor({ address, cause, message: '' })).toEqual(advice);
    });
  }
});
