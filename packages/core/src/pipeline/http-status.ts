import type { OtlpAnswer } from './otlp-request.js';

const RETRYABLE_STATUS = [429, 502, 503, 504];

/**
 * What a status of HTTP other than success comes to: of a destination, or of a proxy on the way to it.
 *
 * @param retryAfter - the header in which it says when to come again
 * @see https://opentelemetry.io/docs/specs/otlp/#failures-1
 */
export function judgeStatus(status: number, error: Error, retryAfter?: string): OtlpAnswer {
  return RETRYABLE_STATUS.includes(status)
    ? { status: 'retryable', error, retryInMillis: retryAfterMillis(retryAfter) }
    : { status: 'failure', error };
}

/** Seconds or a date; `undefined` for anything else and for the past. */
function retryAfterMillis(header: string | undefined): number | undefined {
  const seconds = Number(header ?? NaN);
  const millis = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header ?? '') - Date.now();
  return millis > 0 ? millis : undefined;
}
