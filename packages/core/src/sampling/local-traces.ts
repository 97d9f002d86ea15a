import type { SpanContext } from '@opentelemetry/api';
import type { LocalTrace } from './local-trace.js';
import { TraceMark } from './trace-mark.js';

/** So many span ids of a trace are known. */
const MAX_SPAN_IDS = 64;

/**
 * The local trace of each span context of this process that is still in use: as long as a span can have children or
 * end, its trace's decision is known, and no longer. A copy of one is known by its ids until the first span has ended.
 */
export class LocalTraces {
  // One map from which the oldest is taken each time would search for it through all that have been taken before.
  private latest = new Map<string, LocalTrace[]>();
  private older = new Map<string, LocalTrace[]>();

  /** @param maxCopied - of how many open traces copies are known at most, the latest ones, and at least of half as many */
  constructor(private readonly maxCopied: number) {}

  find(spanContext: SpanContext | undefined): LocalTrace | undefined {
    return spanContext === undefined ? undefined : (TraceMark.read(spanContext, this) ?? this.findCopied(spanContext));
  }

  /** A trace begins with its first span. */
  begin(spanContext: SpanContext, trace: LocalTrace): void {
    this.add(spanContext, trace);
    if (!trace.isToldByFlags) {
      const { traceId } = spanContext;
      if (this.latest.size >= this.maxCopied / 2) {
        this.older = this.latest;
        this.latest = new Map();
      }
      this.latest.set(traceId, [...(this.latest.get(traceId) ?? []), trace]);
    }
  }

  /** A span begins within a trace. */
  add(spanContext: SpanContext, trace: LocalTrace): void {
    void new TraceMark(spanContext, this, trace);
    if (trace.spanIds.length < MAX_SPAN_IDS && !trace.isToldByFlags) {
      trace.spanIds.push(spanContext.spanId);
    }
  }

  /** The first span of a trace has ended, and the trace is decided on: it is held by whoever still works in it alone. */
  end({ traceId }: SpanContext, trace: LocalTrace): void {
    trace.forgetFirst();
    if (!trace.isToldByFlags) {
      remove(this.latest, traceId, trace);
      remove(this.older, traceId, trace);
    }
  }

  private findCopied({ isRemote, spanId, traceId }: SpanContext): LocalTrace | undefined {
    if (isRemote === true) {
      return undefined;
    }
    const found = [...(this.latest.get(traceId) ?? []), ...(this.older.get(traceId) ?? [])];
    // Of a trace with more spans than are known, a span id that is not known can be another one.
    const byId = found.find(({ spanIds }) => spanIds.includes(spanId));
    return byId ?? found.find(({ spanIds }) => spanIds.length >= MAX_SPAN_IDS);
  }
}

function remove(traces: Map<string, LocalTrace[]>, traceId: string, trace: LocalTrace): void {
  const others = traces.get(traceId)?.filter((other) => other !== trace);
  if (others?.length === 0) {
    traces.delete(traceId);
  } else if (others !== undefined) {
    traces.set(traceId, others);
  }
}
