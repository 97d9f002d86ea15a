import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { toLogRecords } from './logs.js';
import { toMetrics } from './metrics.js';
import { decodeLogsRequest, decodeMetricsRequest, decodeTraceRequest } from './protobuf.js';
import type { ReceivedLogRecord, ReceivedMetric, ReceivedSpan } from './received.js';
import { toSpans } from './spans.js';
import type { WireLogsRequest, WireMetricsRequest, WireTraceRequest } from './wire.js';

const unzip = promisify(gunzip);

/** The records of one request; two of the three lists are empty. */
export interface Records {
  readonly spans: readonly ReceivedSpan[];
  readonly metrics: readonly ReceivedMetric[];
  readonly logs: readonly ReceivedLogRecord[];
}

/** A request that OTLP does not allow, with the status that says so. */
export class RefusedRequest extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** What a sink asks of requests beside what OTLP does. */
export interface IntakeRules {
  /** What stands before `/v1/traces` and the others. @default '' */
  readonly basePath?: string;
  /** How long a body may be after it was expanded, in bytes. @default Infinity */
  readonly maxRequestBytes?: number;
}

/** Reads the bytes of a body as they came over the wire. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) {
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}

/**
 * Decodes an export request by its path, content type and content encoding.
 * @throws RefusedRequest with 404, 405, 413, 415 or 400 when OTLP/HTTP does not allow it or it can't be decoded.
 */
export async function decodeRequest(
  request: IncomingMessage,
  body: Buffer,
  { basePath = '', maxRequestBytes = Infinity }: IntakeRules = {},
): Promise<Records> {
  const path = request.url ?? '';
  const decode = path.startsWith(basePath) ? decoders[path.slice(basePath.length)] : undefined;
  if (!decode) {
    throw new RefusedRequest(404, `no signal is received at ${request.url}`);
  }
  if (request.method !== 'POST') {
    throw new RefusedRequest(405, `${request.method} is not POST`);
  }
  const bytes = await expand(body, request.headers['content-encoding']);
  if (bytes.length > maxRequestBytes) {
    throw new RefusedRequest(413, `${bytes.length} bytes are more than ${maxRequestBytes}`);
  }
  const type = request.headers['content-type']?.split(';')[0]?.trim();
  if (type !== 'application/x-protobuf' && type !== 'application/json') {
    throw new RefusedRequest(415, `the content type '${type}' is neither protobuf nor JSON`);
  }
  try {
    return decode(bytes, type === 'application/json');
  } catch (error) {
    throw new RefusedRequest(400, error instanceof Error ? error.message : String(error));
  }
}

async function expand(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') {
    return body;
  }
  if (encoding !== 'gzip') {
    throw new RefusedRequest(415, `the content encoding '${encoding}' is not gzip`);
  }
  try {
    return await unzip(body);
  } catch {
    throw new RefusedRequest(400, 'the body is not gzip');
  }
}

/**
 * Decodes the message of a gRPC call.
 * @throws Error when the method is none of OTLP or the message can't be decoded.
 */
export function decodeCall(path: string, message: Buffer): Records {
  const [, signal = ''] = /^\/opentelemetry\.proto\.collector\.(\w+)\.v1\.(?:Trace|Metrics|Logs)Service\/Export$/.exec(path) ?? [];
  const decode = decoders[`/v1/${signal === 'trace' ? 'traces' : signal}`];
  if (!decode) {
    throw new Error(`there is no method ${path}`);
  }
  return decode(message, false);
}

const none: Records = { spans: [], metrics: [], logs: [] };

const decoders: Record<string, (bytes: Buffer, isJson: boolean) => Records> = {
  '/v1/traces': (bytes, isJson) => ({
    ...none,
    spans: toSpans(isJson ? parse<WireTraceRequest>(bytes) : decodeTraceRequest(bytes)),
  }),
  '/v1/metrics': (bytes, isJson) => ({
    ...none,
    metrics: toMetrics(isJson ? parse<WireMetricsRequest>(bytes) : decodeMetricsRequest(bytes)),
  }),
  '/v1/logs': (bytes, isJson) => ({
    ...none,
    logs: toLogRecords(isJson ? parse<WireLogsRequest>(bytes) : decodeLogsRequest(bytes)),
  }),
};

function parse<T>(bytes: Buffer): T {
  return JSON.parse(bytes.toString('utf8')) as T;
}
