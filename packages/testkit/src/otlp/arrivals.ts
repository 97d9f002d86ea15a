import { clearTimeout, setTimeout } from 'node:timers';
import { describeArrivals } from './arrival-description.js';
import type { Records } from './intake.js';
import type { ReceivedLogRecord, ReceivedMetric, ReceivedRequest, ReceivedSpan } from './received.js';

/** How long to wait for what has not arrived yet. */
export interface WaitOptions {
  /** @default 5000 */
  readonly timeoutMillis?: number;
}

/** Everything that a sink has accepted, and those who wait for it. */
export class Arrivals {
  readonly spans: ReceivedSpan[] = [];
  readonly metrics: ReceivedMetric[] = [];
  readonly logs: ReceivedLogRecord[] = [];
  readonly requests: ReceivedRequest[] = [];
  readonly #watchers = new Set<() => void>();

  /** Adds a request, and its records when they were accepted. */
  add(request: ReceivedRequest, records?: Records): void {
    this.requests.push(request);
    for (const span of records?.spans ?? []) {
      this.spans.push(span);
    }
    for (const metric of records?.metrics ?? []) {
      this.metrics.push(metric);
    }
    for (const log of records?.logs ?? []) {
      this.logs.push(log);
    }
    for (const watch of this.#watchers) {
      watch();
    }
  }

  /** Forgets everything that arrived. */
  clear(): void {
    for (const list of [this.spans, this.metrics, this.logs, this.requests]) {
      list.length = 0;
    }
  }

  /**
   * Waits until the predicate holds for one of the lists above, and resolves with a copy of it.
   * @throws Error that lists what did arrive when it does not hold in time, or what the predicate throws.
   */
  waitFor<T>(list: readonly T[], predicate: (all: readonly T[]) => boolean, options: WaitOptions = {}): Promise<T[]> {
    const timeoutMillis = options.timeoutMillis ?? 5_000;
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(watch);
        settle();
      };
      const watch = (): void => {
        const all = [...list];
        try {
          if (predicate(all)) {
            finish(() => resolve(all));
          }
        } catch (error) {
          finish(() => reject(error));
        }
      };
      const timer = setTimeout(() => {
        const message = `What was waited for did not come within ${timeoutMillis} ms.\n${describeArrivals(this)}`;
        finish(() => reject(new Error(message)));
      }, timeoutMillis);
      this.#watchers.add(watch);
      watch();
    });
  }
}
