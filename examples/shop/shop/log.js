import { trace } from '@opentelemetry/api';
import pino from 'pino';

/** The shop's logger: every line written within a request carries the ids of its trace and span. */
export const log = pino({ mixin: activeIds });

function activeIds() {
  const span = trace.getActiveSpan();
  if (!span) {
    return {};
  }
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}
