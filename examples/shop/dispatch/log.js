import { trace } from '@opentelemetry/api';
import pino from 'pino';

/** The dispatch's logger: every line written within a job carries the ids of its trace and span. */
export const log = pino({ mixin: activeIds });

function activeIds() {
  const span = trace.getActiveSpan();
  if (!span) {
    return {};
  }
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}
