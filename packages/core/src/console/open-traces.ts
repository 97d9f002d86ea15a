import { TraceFlags } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { isLocalRoot, OpenTrace, type SpanRow, type TraceTree } from './trace-tree.js';

/** How many spans and log records wait at most for the end of their traces. */
const MAX_WAITING = 2000;

/** How many printed spans are remembered, to tell what comes late. */
const MAX_PRINTED = 2000;

/** Puts ended spans and log records together by their traces, until the local root of each has ended. */
export class OpenTraces {
  private readonly traces = new Map<string, OpenTrace>();
  private readonly printed = new Set<string>();
  private waiting = 0;

  /** Adds spans in the order in which they ended, and takes the trees that are complete by that. */
  addSpans(spans: readonly ReadableSpan[]): readonly TraceTree[] {
    const tops = spans.filter((span) => {
      this.traceOf(span.spanContext().traceId).addSpan(span);
      this.waiting += 1;
      return isLocalRoot(span) || this.printed.has(span.parentSpanContext?.spanId ?? '');
    });
    return [...tops.flatMap((top) => this.takeTree(top)), ...this.takeSurplus()];
  }

  /**
   * Adds a log record.
   *
   * @returns whether it waits for its span; one that does not is to be printed at once
   */
  addLog(record: ReadableLogRecord): { readonly isWaiting: boolean; readonly surplus: readonly TraceTree[] } {
    const { spanContext } = record;
    const isSampled = spanContext !== undefined && (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
    if (!isSampled || this.printed.has(spanContext.spanId)) {
      return { isWaiting: false, surplus: [] };
    }
    this.traceOf(spanContext.traceId).addLog(record);
    this.waiting += 1;
    return { isWaiting: true, surplus: this.takeSurplus() };
  }

  /**
   * Takes the log records of traces of which no span has come for a time.
   *
   * @returns them, and whether no other ones wait
   */
  takeOverdueLogs(waitMillis: number): { readonly records: readonly ReadableLogRecord[]; readonly isDone: boolean } {
    const silent = [...this.traces.values()].filter((trace) => !trace.hasSpans);
    const overdue = silent.filter(({ sinceMillis }) => performance.now() - sinceMillis >= waitMillis);
    const records = overdue.flatMap((trace) => {
      this.traces.delete(trace.traceId);
      return trace.takeLogs();
    });
    this.waiting -= records.length;
    return { records, isDone: overdue.length === silent.length };
  }

  /** Takes everything, complete or not. */
  takeAll(): readonly TraceTree[] {
    return [...this.traces.values()].map((trace) => this.close(trace));
  }

  private traceOf(traceId: string): OpenTrace {
    const trace = this.traces.get(traceId) ?? new OpenTrace(traceId);
    this.traces.set(traceId, trace);
    return trace;
  }

  private takeTree(top: ReadableSpan): TraceTree[] {
    const { traceId } = top.spanContext();
    const trace = this.traces.get(traceId);
    // One that came late can lie beneath another such.
    if (trace?.has(top) !== true) {
      return [];
    }
    const before = trace.size;
    const rows = trace.take(top);
    const hasMore = trace.hasSpans;
    const logs = hasMore ? [] : trace.takeLogs();
    this.waiting -= before - trace.size;
    if (!hasMore) {
      this.traces.delete(traceId);
    }
    this.remember(rows);
    return [{ traceId, reason: isLocalRoot(top) ? 'ended' : 'late', rows, logs }];
  }

  /** The oldest traces give way. */
  private takeSurplus(): readonly TraceTree[] {
    const surplus: TraceTree[] = [];
    for (const trace of this.traces.values()) {
      if (this.waiting <= MAX_WAITING) {
        break;
      }
      surplus.push(this.close(trace));
    }
    return surplus;
  }

  private close(trace: OpenTrace): TraceTree {
    this.traces.delete(trace.traceId);
    this.waiting -= trace.size;
    const rows = trace.takeAll();
    this.remember(rows);
    return { traceId: trace.traceId, reason: 'incomplete', rows, logs: trace.takeLogs() };
  }

  private remember(rows: readonly SpanRow[]): void {
    rows.forEach(({ span }) => this.printed.add(span.spanContext().spanId));
    const surplus = Math.max(this.printed.size - MAX_PRINTED, 0);
    [...this.printed].slice(0, surplus).forEach((spanId) => this.printed.delete(spanId));
  }
}
