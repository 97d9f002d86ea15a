import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { guarded } from '../diagnostics/guarded.js';
import { abandonOpenRequests, openRequestOf } from '../http/open-requests.js';
import { openSpansAround } from '../spans/span-surroundings.js';
import { describeException, exceptionAttributes, recordException, type ExceptionFacts } from '../tracing/exception.js';
import { endOpenWork } from '../tracing/open-work.js';
import { SCOPE_NAME, VERSION } from '../version.js';
import type { Telemetry } from './telemetry.js';

/**
 * Records errors that nobody has caught: as a log record, on the request that was being handled, and, unless the
 * application has a handler of its own, on the span that was active and those around it, which end. Whether the process
 * ends is decided as without it.
 *
 * @returns a function that stops that
 * @see https://nodejs.org/api/process.html#event-uncaughtexceptionmonitor
 */
export function watchCrashes({ loggerProvider }: Pick<Telemetry, 'loggerProvider'>): () => void {
  const onError = guarded('recording a crash', (error: unknown, origin: string) => {
    const isFatal = process.listenerCount('uncaughtException') === 0 && !process.hasUncaughtExceptionCaptureCallback();
    const facts = describeException(error);
    const severity = isFatal
      ? { severityNumber: SeverityNumber.FATAL, severityText: 'FATAL' }
      : { severityNumber: SeverityNumber.ERROR, severityText: 'ERROR' };
    loggerProvider.getLogger(SCOPE_NAME, VERSION).emit({
      ...severity,
      body: `${origin}: ${facts.type}${facts.message === '' ? '' : `: ${facts.message}`}`,
      attributes: exceptionAttributes(facts),
      context: context.active(),
    });
    const request = openRequestOf(context.active());
    request?.recordError(error);
    if (isFatal) {
      endActiveSpans(facts, request?.span);
      endOpenWork({ error });
      abandonOpenRequests();
    }
  });
  process.on('uncaughtExceptionMonitor', onError);
  return () => void process.off('uncaughtExceptionMonitor', onError);
}

/**
 * Of nested spans only the innermost gets the `exception` event.
 *
 * @param requestSpan - ends in its own way
 */
function endActiveSpans(facts: ExceptionFacts, requestSpan: unknown): void {
  const open = openSpansAround(trace.getActiveSpan()).filter((span) => span !== requestSpan);
  open.forEach((span, index) => {
    if (index === 0) {
      recordException(span, facts);
    }
    span.setAttribute('error.type', facts.type);
    span.setStatus({ code: SpanStatusCode.ERROR, message: facts.message });
    span.end();
  });
}
