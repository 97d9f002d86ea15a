import type { IncomingHttpHeaders } from 'node:http2';
import { judgeStatus } from './http-status.js';
import type { OtlpAnswer } from './otlp-request.js';
import { readInteger, readPayloads } from './protobuf-edit.js';

/** The names of the status codes by number. */
const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

const RETRYABLE = ['CANCELLED', 'DEADLINE_EXCEEDED', 'ABORTED', 'OUT_OF_RANGE', 'UNAVAILABLE', 'DATA_LOSS'];
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/** The failure of a gRPC call; its `code` is told as the cause. */
class GrpcError extends Error {
  override readonly name = 'GrpcError';

  constructor(
    readonly code: string | number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * What the end of a call says.
 *
 * @param end - the trailers, or the headers where nothing else came
 * @param httpStatus - anything but 200 is the answer of something that is no gRPC server
 * @see https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-response
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export function judgeCall(end: IncomingHttpHeaders, httpStatus: number, message: Uint8Array): OtlpAnswer {
  const status = end['grpc-status'];
  if (httpStatus !== 200 || typeof status !== 'string') {
    const error = new GrpcError(httpStatus === 200 ? 'an answer that is not of gRPC' : httpStatus, 'no gRPC status');
    return judgeStatus(httpStatus, error, end['retry-after']);
  }
  const name = NAMES[Number(status)] ?? status.slice(0, 20);
  if (name === 'OK') {
    return { status: 'success', data: message };
  }
  const error = new GrpcError(`gRPC status ${name}`, String(end['grpc-message'] ?? '').slice(0, 1000));
  const retryInMillis = retryDelayMillis(end['grpc-status-details-bin']);
  // Exhausted resources come back only where the server says when.
  const isRetryable = RETRYABLE.includes(name) || (name === 'RESOURCE_EXHAUSTED' && retryInMillis !== undefined);
  return isRetryable ? { status: 'retryable', error, retryInMillis } : { status: 'failure', error };
}

/**
 * The delay of a `google.rpc.RetryInfo` among the details of a status; `undefined` for none and for garbage.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto
 */
function retryDelayMillis(details: string | readonly string[] | undefined): number | undefined {
  if (typeof details !== 'string') {
    return undefined;
  }
  try {
    for (const any of readPayloads(Buffer.from(details, 'base64'), 3)) {
      const [type] = readPayloads(any, 1);
      if (type !== undefined && Buffer.from(type).toString() === RETRY_INFO) {
        return readPayloads(any, 2).flatMap((info) => readPayloads(info, 1)).map(durationMillis)[0];
      }
    }
  } catch {
    // No protobuf message: as if nothing was said.
  }
  return undefined;
}

function durationMillis(duration: Uint8Array): number | undefined {
  const millis = readInteger(duration, 1) * 1000 + readInteger(duration, 2) / 1_000_000;
  return millis > 0 && Number.isFinite(millis) ? millis : undefined;
}
