import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { KeptSpan } from './kept-span.js';
import { thresholdIn, withThreshold } from './ot-trace-state.js';
import type { KeptVerdict } from './trace-verdict.js';

/**
 * How many traces one stands for, where no threshold can express it.
 *
 * @see https://github.com/open-telemetry/opentelemetry-specification/blob/main/oteps/trace/0170-sampling-probability.md
 */
const ADJUSTED_COUNT = 'sampler.adjusted_count';

/** A span as it is exported: sampled, and with what is needed to count back. */
export function exportedSpan(span: ReadableSpan, verdict: KeptVerdict): ReadableSpan {
  const own = span.spanContext();
  const isSampled = (own.traceFlags & TraceFlags.SAMPLED) !== 0;
  if (isSampled && verdict.adjustedCount === undefined && thresholdIn(own.traceState) === verdict.threshold) {
    return span;
  }
  const { traceState: _, ...ids } = own;
  const traceState = withThreshold(own.traceState, verdict.threshold);
  return new KeptSpan(span, {
    spanContext: {
      ...ids,
      traceFlags: own.traceFlags | TraceFlags.SAMPLED,
      ...(traceState === undefined ? {} : { traceState }),
    },
    attributes: verdict.adjustedCount === undefined ? {} : { [ADJUSTED_COUNT]: verdict.adjustedCount },
  });
}
