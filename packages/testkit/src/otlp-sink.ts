import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TlsOptions } from 'node:tls';
import { recordOfReceivedMetric } from './conventions/metric-record.js';
import { recordOfReceived } from './conventions/span-record.js';
import { violations } from './conventions/violation-ledger.js';
import { Arrivals } from './otlp/arrivals.js';
import type { WaitOptions } from './otlp/arrivals.js';
import { decodeRequest, readBody, RefusedRequest } from './otlp/intake.js';
import type { IntakeRules } from './otlp/intake.js';
import type { ReceivedLogRecord, ReceivedMetric, ReceivedRequest, ReceivedSpan } from './otlp/received.js';

/** How a sink answers instead of taking what it gets; records are kept only when the status is 2xx. */
export interface SinkAnswer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes or text of the answer; absent, the empty OTLP response. */
  readonly body?: string | Uint8Array;
  /** How long to wait before the answer, in milliseconds. @default 0 */
  readonly delayMillis?: number;
  /** Reads the request and never answers. @default false */
  readonly hang?: boolean;
  /** Reads the request and resets the connection. @default false */
  readonly reset?: boolean;
  /** How many requests get this answer before the sink is itself again. @default Infinity */
  readonly times?: number;
}

/** What a sink that speaks TLS is made with. */
export interface SinkTls {
  readonly key: string;
  readonly cert: string;
  /** The authority of the clients' certificates; with it only clients that show one are served. */
  readonly clientCa?: string;
}

/** Where a sink listens, and what it asks of requests. */
export interface SinkOptions extends IntakeRules {
  /** @default 0, a free port */
  readonly port?: number;
  /** @default none: plain HTTP */
  readonly tls?: SinkTls;
}

/** A running OTLP/HTTP receiver that keeps what it gets. */
export interface OtlpSink {
  /** Base endpoint without a path, for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** All spans so far, in the order in which they came. */
  spans(): ReceivedSpan[];
  /** All metrics so far; each export of a metric is one entry. */
  metrics(): ReceivedMetric[];
  /** All log records so far, in the order in which they came. */
  logs(): ReceivedLogRecord[];
  /** All requests so far, also refused and unanswered ones. */
  requests(): ReceivedRequest[];
  /** Resolves with all spans once the predicate holds; rejects with what did arrive, after 5 s by default. */
  waitForSpans(predicate: (spans: readonly ReceivedSpan[]) => boolean, options?: WaitOptions): Promise<ReceivedSpan[]>;
  /** Resolves with all metrics once the predicate holds; rejects with what did arrive, after 5 s by default. */
  waitForMetrics(
    predicate: (metrics: readonly ReceivedMetric[]) => boolean,
    options?: WaitOptions,
  ): Promise<ReceivedMetric[]>;
  /** Resolves with all log records once the predicate holds; rejects with what did arrive, after 5 s by default. */
  waitForLogs(
    predicate: (logs: readonly ReceivedLogRecord[]) => boolean,
    options?: WaitOptions,
  ): Promise<ReceivedLogRecord[]>;
  /** Forgets what arrived; the answer stays as it was set. */
  clear(): void;
  /** Misbehaves from the next request on; `{}` makes the sink take everything again. */
  answerWith(answer: SinkAnswer): void;
  /** Stops listening and drops the open connections. */
  close(): Promise<void>;
}

/**
 * Starts an OTLP/HTTP receiver on 127.0.0.1 that decodes traces, metrics and logs in protobuf and JSON.
 * @throws Error when the port can't be bound.
 */
export async function startOtlpSink(options: SinkOptions = {}): Promise<OtlpSink> {
  const arrivals = new Arrivals();
  let answer: SinkAnswer = {};
  let answersLeft = Infinity;
  const nextAnswer = (): SinkAnswer => {
    answersLeft -= 1;
    return answersLeft >= 0 ? answer : {};
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    receive({ request, response, rules: options }, nextAnswer, arrivals).catch(() => response.destroy());
  };
  const server = options.tls ? createTlsServer(tlsOptions(options.tls), listener) : createServer(listener);
  await listen(server, options.port ?? 0);
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => [...arrivals.spans],
    metrics: () => [...arrivals.metrics],
    logs: () => [...arrivals.logs],
    requests: () => [...arrivals.requests],
    waitForSpans: (predicate, wait) => arrivals.waitFor(arrivals.spans, predicate, wait),
    waitForMetrics: (predicate, wait) => arrivals.waitFor(arrivals.metrics, predicate, wait),
    waitForLogs: (predicate, wait) => arrivals.waitFor(arrivals.logs, predicate, wait),
    clear: () => arrivals.clear(),
    answerWith: (next) => {
      answer = next;
      answersLeft = next.times ?? Infinity;
    },
    close: () => close(server),
  };
}

/** The options of a server of Node's that asks for a client's certificate where one is wanted. */
export function tlsOptions({ key, cert, clientCa }: SinkTls): TlsOptions {
  return clientCa === undefined ? { key, cert } : { key, cert, ca: clientCa, requestCert: true, rejectUnauthorized: true };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly rules: IntakeRules;
}

async function receive(exchange: Exchange, nextAnswer: () => SinkAnswer, arrivals: Arrivals): Promise<void> {
  const { request } = exchange;
  const body = await readBody(request);
  const answer = nextAnswer();
  const seen = {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    bytes: body.length,
    encoding: request.headers['content-encoding'] ?? 'identity',
  };
  if (answer.hang || answer.reset) {
    arrivals.add(seen);
    if (answer.reset) {
      request.socket.resetAndDestroy();
    }
    return;
  }
  if (answer.delayMillis) {
    await sleep(answer.delayMillis, undefined, { ref: false });
  }
  const status = answer.status ?? 200;
  try {
    const records = await decodeRequest(request, body, exchange.rules);
    records.spans.forEach((span) => violations.current.noteSpan(recordOfReceived(span)));
    records.metrics.forEach((metric) => violations.current.noteMetric(recordOfReceivedMetric(metric)));
    // Answered first, so that whoever waits for the record finds the sender's export ended or about to end.
    send(exchange, status, answer);
    arrivals.add({ ...seen, status }, status >= 200 && status < 300 ? records : undefined);
  } catch (error) {
    if (!(error instanceof RefusedRequest)) {
      throw error;
    }
    send(exchange, error.status, {});
    arrivals.add({ ...seen, status: error.status, refusal: error.message });
  }
}

function send({ request, response }: Exchange, status: number, answer: SinkAnswer): void {
  const type = request.headers['content-type'] ?? 'application/json';
  const empty = type.startsWith('application/json') ? '{}' : '';
  response.writeHead(status, { 'content-type': type, ...answer.headers });
  response.end(answer.body ?? empty);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
