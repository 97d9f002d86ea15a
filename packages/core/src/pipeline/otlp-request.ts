import * as http from 'node:http';
import * as https from 'node:https';
import { promisify, types } from 'node:util';
import { gzip } from 'node:zlib';
import { OTLPExporterError, type ExportResponse } from '@opentelemetry/otlp-exporter-base';

/** What one export sends. */
export interface OtlpMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The serialised request, not compressed. */
  readonly body: Uint8Array;
  readonly gzip: boolean;
}

/** An answer, and whether the destination could not be reached at all. */
export type OtlpAnswer = ExportResponse & { readonly unreachable?: boolean };

/** A destination that says more than this is not listened to. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

const RETRYABLE_STATUS = [429, 502, 503, 504];
const UNREACHABLE = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
];

const compress = promisify(gzip);

/**
 * Sends one OTLP request. Never rejects.
 *
 * Neither its socket nor its timer keeps the process alive: whoever waits for the answer at the end of the process
 * does so within a deadline of its own.
 *
 * @param agent - whose connections are used
 * @param timeoutMillis - from the call to the last byte of the answer, in milliseconds
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
export async function postOtlp(message: OtlpMessage, agent: http.Agent, timeoutMillis: number): Promise<OtlpAnswer> {
  try {
    const body = message.gzip ? await compress(message.body) : message.body;
    return await exchange({ ...message, body }, agent, timeoutMillis);
  } catch (error) {
    return failedAnswer(error);
  }
}

/** The headers of a message with what its compression adds. */
export function messageHeaders(message: OtlpMessage): Record<string, string> {
  return { ...message.headers, ...(message.gzip ? { 'content-encoding': 'gzip' } : {}) };
}

function exchange(message: OtlpMessage, agent: http.Agent, timeoutMillis: number): Promise<OtlpAnswer> {
  const { request } = message.url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = request(message.url, { method: 'POST', headers: messageHeaders(message), agent });
    const timer = setTimeout(() => {
      resolve({ status: 'retryable', error: new Error('no answer in time') });
      outgoing.destroy();
    }, timeoutMillis).unref();
    outgoing.on('socket', (socket) => socket.unref());
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      readBody(response).then((body) => resolve(judgeAnswer(response, body)), reject);
    });
    outgoing.end(message.body);
  });
}

async function readBody(response: http.IncomingMessage): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_RESPONSE_BYTES) {
      throw new Error(`the answer was longer than ${MAX_RESPONSE_BYTES} bytes`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function judgeAnswer(response: http.IncomingMessage, body: Uint8Array): OtlpAnswer {
  const { statusCode = 0, statusMessage } = response;
  if (statusCode >= 200 && statusCode < 300) {
    return { status: 'success', data: body };
  }
  const error = new OTLPExporterError(statusMessage, statusCode, Buffer.from(body).toString('utf8', 0, 1000));
  return RETRYABLE_STATUS.includes(statusCode)
    ? { status: 'retryable', error, retryInMillis: retryAfterMillis(response.headers['retry-after']) }
    : { status: 'failure', error };
}

/** Seconds or a date; `undefined` for anything else and for the past. */
function retryAfterMillis(header: string | undefined): number | undefined {
  const seconds = Number(header ?? NaN);
  const millis = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header ?? '') - Date.now();
  return millis > 0 ? millis : undefined;
}

function failedAnswer(error: unknown): OtlpAnswer {
  // Not instanceof: under Jest the errors of Node.js are of another realm.
  const cause = types.isNativeError(error) ? error : new Error(String(error));
  return UNREACHABLE.includes(String((cause as { code?: unknown }).code))
    ? { status: 'retryable', error: cause, unreachable: true }
    : { status: 'failure', error: cause };
}
