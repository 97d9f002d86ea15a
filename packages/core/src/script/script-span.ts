import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { describeException, recordException } from '../tracing/exception.js';
import type { ProcessEndCause } from '../tracing/open-work.js';

/** Ends the span of a script that has not come to its own end. */
export function endScriptSpan(span: Span, cause: ProcessEndCause): void {
  if ('exitCode' in cause) {
    noteExitCode(span, cause.exitCode);
  } else if ('signal' in cause) {
    fail(span, cause.signal, `ended by ${cause.signal}`);
  } else {
    const facts = describeException(cause.error);
    recordException(span, facts);
    fail(span, facts.type, facts.message);
  }
  span.end();
}

/**
 * Records an exit code; any other than 0 is an error.
 *
 * @param given - a number, or a text that Node takes for one; `undefined` stands for 0
 * @see https://opentelemetry.io/docs/specs/semconv/cli/cli-spans/
 */
export function noteExitCode(span: Span, given: number | string | null | undefined): void {
  const exitCode = Number(given ?? 0);
  if (!Number.isInteger(exitCode)) {
    return;
  }
  span.setAttribute('process.exit.code', exitCode);
  if (exitCode !== 0) {
    fail(span, String(exitCode), `exit code ${exitCode}`);
  }
}

function fail(span: Span, errorType: string, message: string): void {
  span.setAttribute('error.type', errorType);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
