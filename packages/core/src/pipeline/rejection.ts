import type { ISerializer } from '@opentelemetry/otlp-transformer';
import { isRecord } from '../diagnostics/validation.js';

/** What a destination has taken a request without. */
export interface Rejection {
  readonly records: number;
  readonly error: Error;
}

const COUNTS = ['rejectedSpans', 'rejectedDataPoints', 'rejectedLogRecords'];

/**
 * Reads how many records a destination has rejected of a request that it took; `undefined` for none, and for an answer
 * that is none of OTLP.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#partial-success
 */
export function readRejection(serializer: ISerializer<never, unknown>, data: Uint8Array): Rejection | undefined {
  const partial = partialSuccessOf(serializer, data);
  if (!isRecord(partial)) {
    return undefined;
  }
  // JSON has them as texts.
  const records = COUNTS.map((name) => Number(partial[name] ?? 0)).find((count) => count > 0);
  if (records === undefined) {
    return undefined;
  }
  const message = typeof partial['errorMessage'] === 'string' ? partial['errorMessage'].slice(0, 200) : '';
  return { records, error: new Error(`it rejected a part of a request${message === '' ? '' : ` (${message})`}`) };
}

function partialSuccessOf(serializer: ISerializer<never, unknown>, data: Uint8Array): unknown {
  try {
    const response = serializer.deserializeResponse(data);
    return isRecord(response) ? response['partialSuccess'] : undefined;
  } catch {
    // The specification: whoever answers with success has taken the request, whatever it says beside.
    return undefined;
  }
}
