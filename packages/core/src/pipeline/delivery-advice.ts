import { UNREADABLE_ANSWER } from './http-answer.js';

/** A failure of a delivery, as far as advice depends on it. */
export interface FailedDelivery {
  /** Where it went, without what can be a secret; what is no URL has no advice. */
  readonly address: string;
  /** What is told as its cause: a status or a code of an error, else its message. */
  readonly cause: string;
  readonly message: string;
}

const NOT_GRPC = ['ERR_HTTP2_ERROR', 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'an answer that is not of gRPC'];
const NO_TLS = /wrong version number|packet length too long/;
const TWO_PATHS = /(\/v1\/(?:traces|metrics|logs))\/v1\/(?:traces|metrics|logs)$/;

const GRPC_ADVICE =
  'what listens there speaks no gRPC: with HTTP, whose port is mostly 4318, the protocol is http/protobuf, in ' +
  'OTEL_EXPORTER_OTLP_PROTOCOL or in collector(url, { protocol })';
const HTTP_ADVICE =
  'what listens there speaks no HTTP/1.1: with gRPC, whose port is mostly 4317, the protocol is grpc, in ' +
  'OTEL_EXPORTER_OTLP_PROTOCOL or in collector(url, { protocol }); the port of HTTP is mostly 4318';
const TLS_ADVICE =
  'what listens there speaks no TLS: its address begins with http://, or in gRPC without a scheme ' +
  'OTEL_EXPORTER_OTLP_INSECURE is true';

/** What may have been mixed up where a delivery has failed, as a part of a sentence; `undefined` for nothing known. */
export function adviceFor({ address, cause, message }: FailedDelivery): string | undefined {
  if (!URL.canParse(address)) {
    return undefined;
  }
  const { port, pathname } = new URL(address);
  // The methods of gRPC are no paths that anybody chooses.
  const isGrpc = pathname.startsWith('/opentelemetry.proto.');
  if (NO_TLS.test(message)) {
    return TLS_ADVICE;
  }
  if (isGrpc) {
    return NOT_GRPC.includes(cause) || isClosed(cause, port, '4318') ? GRPC_ADVICE : undefined;
  }
  const [, path] = TWO_PATHS.exec(pathname) ?? [];
  if (path !== undefined && cause.startsWith('HTTP status ')) {
    return `a base address gets the path of each signal: take ${path} out of it, or name the signal's own endpoint`;
  }
  return cause === UNREADABLE_ANSWER || isClosed(cause, port, '4317') ? HTTP_ADVICE : undefined;
}

/** Whether the connection was closed without a word, on a port that mostly has the other protocol. */
function isClosed(cause: string, port: string, otherPort: string): boolean {
  return cause === 'ECONNRESET' && port === otherPort;
}
