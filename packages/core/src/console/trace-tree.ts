import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

/** A span with its place in a tree, and with what was logged in it. */
export interface SpanRow {
  readonly span: ReadableSpan;
  readonly logs: readonly ReadableLogRecord[];
  /** 0 for a root. */
  readonly depth: number;
  /** Whether no other child of its parent follows. */
  readonly isLast: boolean;
  readonly hasChildren: boolean;
}

/** Why a tree is printed: its local root has ended, it came after its parent was printed, or it could not be kept. */
export type TreeReason = 'ended' | 'late' | 'incomplete';

/** Spans of one trace that are printed together. */
export interface TraceTree {
  readonly traceId: string;
  readonly reason: TreeReason;
  /** Each span in front of those beneath it, which are in the order in which they began. Trees can be very deep. */
  readonly rows: readonly SpanRow[];
  /** Log records whose span is not among them. */
  readonly logs: readonly ReadableLogRecord[];
}

/** Whether a span has no parent in this process. */
export function isLocalRoot({ parentSpanContext }: ReadableSpan): boolean {
  return parentSpanContext === undefined || parentSpanContext.isRemote === true;
}

/** The spans of one trace that wait for their root. */
export class OpenTrace {
  private readonly spans = new Map<string, ReadableSpan>();
  private readonly logs: ReadableLogRecord[] = [];
  /** When its first record came, by the clock of `performance.now()`. */
  readonly sinceMillis = performance.now();

  constructor(readonly traceId: string) {}

  /** How many records it holds. */
  get size(): number {
    return this.spans.size + this.logs.length;
  }

  get hasSpans(): boolean {
    return this.spans.size > 0;
  }

  addSpan(span: ReadableSpan): void {
    this.spans.set(span.spanContext().spanId, span);
  }

  addLog(record: ReadableLogRecord): void {
    this.logs.push(record);
  }

  has(span: ReadableSpan): boolean {
    return this.spans.get(span.spanContext().spanId) === span;
  }

  /** Takes a span and all that lies beneath it. */
  take(root: ReadableSpan): readonly SpanRow[] {
    const children = [...this.spans.values()].filter((span) => !isLocalRoot(span));
    const beneath = groupBy(children, ({ parentSpanContext }) => parentSpanContext?.spanId);
    const logs = groupBy(this.logs, ({ spanContext }) => spanContext?.spanId);
    const rows: SpanRow[] = [];
    const open = [{ span: root, depth: 0, isLast: true }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { span, depth } = next;
      const { spanId } = span.spanContext();
      this.spans.delete(spanId);
      const own = (beneath.get(spanId) ?? []).filter((child) => this.has(child)).toSorted(byStart);
      rows.push({ ...next, logs: logs.get(spanId) ?? [], hasChildren: own.length > 0 });
      // The first one is to come out first.
      open.push(...own.map((child) => ({ span: child, depth: depth + 1, isLast: child === own.at(-1) })).toReversed());
      logs.delete(spanId);
    }
    this.logs.splice(0, Infinity, ...[...logs.values()].flat());
    return rows;
  }

  /** Takes everything; what has no parent here is a root. */
  takeAll(): readonly SpanRow[] {
    const isRoot = (span: ReadableSpan): boolean =>
      isLocalRoot(span) || !this.spans.has(span.parentSpanContext?.spanId ?? '');
    const roots = [...this.spans.values()].filter(isRoot).toSorted(byStart);
    return roots.flatMap((root) => this.take(root));
  }

  /** Takes the log records of spans that are not here. */
  takeLogs(): readonly ReadableLogRecord[] {
    return this.logs.splice(0);
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string | undefined, T[]> {
  const groups = new Map<string | undefined, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    group.push(item);
    groups.set(keyOf(item), group);
  }
  return groups;
}

function byStart(left: ReadableSpan, right: ReadableSpan): number {
  return left.startTime[0] - right.startTime[0] || left.startTime[1] - right.startTime[1];
}
