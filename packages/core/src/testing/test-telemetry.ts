import type { Otel } from '../sdk/otel.js';
import { checkExpected, isAsExpected, showExpected, type ExpectedSpan } from './expected-trace.js';
import type { FinishedSpan } from './finished-span.js';
import type { EmittedLogRecord, MemoryLogs } from './memory-logs.js';
import type { MemorySpans } from './memory-spans.js';
import type { CollectedMetric, RenewableMeterProvider } from './renewable-meter-provider.js';
import { showTrees, spanTrees, type SpanTree } from './span-tree.js';
import { waitFor, type WaitOptions } from './waiting.js';

interface TestTelemetryParts {
  readonly otel: Otel;
  readonly spans: MemorySpans;
  readonly logs: MemoryLogs;
  readonly metrics: RenewableMeterProvider;
}

/** What has been recorded since the last reset, as {@link setupTestTelemetry} returns it. */
export class TestTelemetry {
  /** @internal */
  constructor(private readonly parts: TestTelemetryParts) {}

  /** The spans that have ended, in the order in which they did. */
  getFinishedSpans(): readonly FinishedSpan[] {
    return this.parts.spans.all;
  }

  /** The spans that have ended, as trees, in the order in which their roots began. */
  getTraces(): readonly SpanTree[] {
    return spanTrees(this.parts.spans.all);
  }

  /**
   * All metrics, summed up since the last reset; observable instruments are asked now.
   *
   * @throws AggregateError when a callback of an observable instrument fails
   */
  getMetrics(): Promise<readonly CollectedMetric[]> {
    return this.parts.metrics.collect();
  }

  /** The log records that were made, in that order. */
  getLogRecords(): readonly EmittedLogRecord[] {
    return this.parts.logs.all;
  }

  /**
   * The first span for which a function holds, ended or to end: that of a request ends when its response does, which can
   * be after the client has it.
   *
   * @throws Error that shows all spans when none comes in time, and whatever the function throws
   */
  waitForSpan(predicate: (span: FinishedSpan) => boolean, options?: WaitOptions): Promise<FinishedSpan> {
    return this.wait('no span for which the function holds has ended', () => this.getFinishedSpans().find(predicate), options);
  }

  /**
   * The first tree that is as expected, there or to come. It can be a part of a trace.
   *
   * @throws Error that shows what is expected, and all spans, when none comes in time; TypeError for a key or a word that
   *   there is not
   */
  async expectTrace(expected: ExpectedSpan, options?: WaitOptions): Promise<SpanTree> {
    checkExpected(expected);
    const find = (trees: readonly SpanTree[]): SpanTree | undefined => {
      for (const tree of trees) {
        const found = isAsExpected(tree, expected) ? tree : find(tree.children);
        if (found !== undefined) {
          return found;
        }
      }
      return undefined;
    };
    return this.wait(`no trace is as expected:\n${showExpected(expected)}\n`, () => find(this.getTraces()), options);
  }

  /** Forgets everything: the next test begins with nothing recorded. What is still under way is forgotten as well. */
  reset(): void {
    const { spans, logs, metrics } = this.parts;
    spans.reset();
    logs.reset();
    metrics.renew();
  }

  /** Ends the set-up. Never rejects. */
  shutdown(): Promise<void> {
    return this.parts.otel.shutdown();
  }

  private wait<T>(complaint: string, look: () => T | undefined, options?: WaitOptions): Promise<T> {
    return waitFor(
      {
        look,
        listen: (listener) => this.parts.spans.onSpan(listener),
        complain: () => `[otelier] ${complaint}. Ended:\n${showTrees(this.getTraces()) || '  none'}`,
      },
      options,
    );
  }
}
