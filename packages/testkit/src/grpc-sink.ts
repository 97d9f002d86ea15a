import { createSecureServer, createServer } from 'node:http2';
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { recordOfReceivedMetric } from './conventions/metric-record.js';
import { recordOfReceived } from './conventions/span-record.js';
import { violations } from './conventions/violation-ledger.js';
import { Arrivals } from './otlp/arrivals.js';
import type { WaitOptions } from './otlp/arrivals.js';
import { decodeCall } from './otlp/intake.js';
import type { Records } from './otlp/intake.js';
import type { ReceivedLogRecord, ReceivedMetric, ReceivedRequest, ReceivedSpan } from './otlp/received.js';
import { tlsOptions } from './otlp-sink.js';
import type { SinkTls } from './otlp-sink.js';

/** How a sink ends its calls; records are kept only when the status is 0. */
export interface GrpcSinkAnswer {
  /** The gRPC status. @default 0 */
  readonly status?: number;
  readonly message?: string;
  /** A `google.rpc.Status`, base64. */
  readonly details?: string;
  /** The message of the answer. @default empty */
  readonly body?: Uint8Array;
  /** Answers with this status of HTTP and nothing of gRPC. */
  readonly httpStatus?: number;
  /** Reads the call and never answers. @default false */
  readonly hang?: boolean;
  /** Ends the connection in the middle of the call. @default false */
  readonly reset?: boolean;
  /** How many calls get this answer before the sink is itself again. @default Infinity */
  readonly times?: number;
}

/** What a sink asks of calls. */
export interface GrpcSinkOptions {
  /** @default none: HTTP/2 without TLS */
  readonly tls?: SinkTls;
  /** How long a message may be, in bytes. @default 4 MiB, as gRPC servers have it */
  readonly maxMessageBytes?: number;
}

/** A running OTLP/gRPC receiver that keeps what it gets. */
export interface GrpcSink {
  /** Its address with `http` or `https`. */
  readonly url: string;
  spans(): ReceivedSpan[];
  metrics(): ReceivedMetric[];
  logs(): ReceivedLogRecord[];
  /** All calls so far, also refused and unanswered ones; `status` is that of gRPC, or that of HTTP if it is not 200. */
  requests(): ReceivedRequest[];
  /** How many connections were made. */
  connections(): number;
  /** Resolves with all spans once the predicate holds; rejects with what did arrive, after 5 s by default. */
  waitForSpans(predicate: (spans: readonly ReceivedSpan[]) => boolean, options?: WaitOptions): Promise<ReceivedSpan[]>;
  answerWith(answer: GrpcSinkAnswer): void;
  /** Tells the callers to go, and drops their connections. */
  dropConnections(): void;
  close(): Promise<void>;
}

/**
 * Starts an OTLP/gRPC receiver on 127.0.0.1.
 * @throws Error when no port can be bound.
 */
export async function startGrpcSink({ tls, maxMessageBytes = 4 * 1024 * 1024 }: GrpcSinkOptions = {}): Promise<GrpcSink> {
  const arrivals = new Arrivals();
  const sessions = new Set<ServerHttp2Session>();
  let connections = 0;
  let answer: GrpcSinkAnswer = {};
  let left = Infinity;
  const next = (): GrpcSinkAnswer => {
    left -= 1;
    return left >= 0 ? answer : {};
  };
  const server: Http2Server = tls ? createSecureServer(tlsOptions(tls)) : createServer();
  server.on('session', (session) => {
    connections += 1;
    sessions.add(session.once('close', () => sessions.delete(session)));
  });
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    void receive({ stream, headers }, { arrivals, next, maxMessageBytes });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => [...arrivals.spans],
    metrics: () => [...arrivals.metrics],
    logs: () => [...arrivals.logs],
    requests: () => [...arrivals.requests],
    connections: () => connections,
    waitForSpans: (predicate, wait) => arrivals.waitFor(arrivals.spans, predicate, wait),
    answerWith: (given) => {
      answer = given;
      left = given.times ?? Infinity;
    },
    dropConnections: () => sessions.forEach((session) => session.destroy()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sessions.forEach((session) => session.destroy());
      }),
  };
}

interface Call {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
}

interface Receiver {
  readonly arrivals: Arrivals;
  readonly next: () => GrpcSinkAnswer;
  readonly maxMessageBytes: number;
}

async function receive({ stream, headers }: Call, { arrivals, next, maxMessageBytes }: Receiver): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) {
    pieces.push(piece as Buffer);
  }
  const framed = Buffer.concat(pieces);
  const seen = {
    method: String(headers[':method']),
    path: String(headers[':path']),
    headers,
    bytes: framed.length,
    encoding: String(headers['grpc-encoding'] ?? 'identity'),
  };
  const answer = next();
  if (answer.hang || answer.reset) {
    arrivals.add(seen);
    if (answer.reset) {
      stream.session?.destroy();
    }
    return;
  }
  if (answer.httpStatus !== undefined) {
    stream.respond({ ':status': answer.httpStatus }, { endStream: true });
    arrivals.add({ ...seen, status: answer.httpStatus });
    return;
  }
  try {
    const records = decodeCall(seen.path, unframe(framed, headers, maxMessageBytes));
    note(records);
    finish(stream, answer);
    arrivals.add({ ...seen, status: answer.status ?? 0 }, answer.status ? undefined : records);
  } catch (error) {
    const refusal = error instanceof Error ? error.message : String(error);
    finish(stream, { status: 3, message: refusal });
    arrivals.add({ ...seen, status: 3, refusal });
  }
}

function note(records: Records): void {
  records.spans.forEach((span) => violations.current.noteSpan(recordOfReceived(span)));
  records.metrics.forEach((metric) => violations.current.noteMetric(recordOfReceivedMetric(metric)));
}

/** The message of a call; what a gRPC server would refuse is an error. */
function unframe(framed: Buffer, headers: IncomingHttpHeaders, maxMessageBytes: number): Buffer {
  if (!String(headers['content-type']).startsWith('application/grpc') || headers['te'] !== 'trailers') {
    throw new Error('the call has not the headers of gRPC');
  }
  if (framed.length < 5 || framed.length !== 5 + framed.readUInt32BE(1)) {
    throw new Error('the call has not one whole message');
  }
  const message = framed.readUInt8(0) === 1 ? gunzipSync(framed.subarray(5)) : framed.subarray(5);
  if (message.length > maxMessageBytes) {
    throw new Error(`${message.length} bytes are more than ${maxMessageBytes}`);
  }
  return message;
}

function finish(stream: ServerHttp2Stream, { status = 0, message = '', details, body = new Uint8Array() }: GrpcSinkAnswer): void {
  const trailers = {
    'grpc-status': String(status),
    'grpc-message': encodeURIComponent(message),
    ...(details === undefined ? {} : { 'grpc-status-details-bin': details }),
  };
  const headers = { ':status': 200, 'content-type': 'application/grpc' };
  if (status !== 0) {
    // Servers send an error as headers alone.
    stream.respond({ ...headers, ...trailers }, { endStream: true });
    return;
  }
  stream.respond(headers, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  stream.end(Buffer.concat([head, body]));
}
