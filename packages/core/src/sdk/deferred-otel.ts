import { deferStart } from '../deferred-start.js';
import { reportInternalError } from '../diagnostics/report.js';
import { IdleOtel } from './idle-otel.js';
import type { Otel, OtelStatus } from './otel.js';

/** The handle of a set-up that waits for `start()`, the first request or the first job. */
export class DeferredOtel implements Otel {
  private current: Otel;
  private waiting = true;
  private readonly stopWaiting: () => void;

  /**
   * @param begin - makes the set-up
   * @param forget - ends a set-up that has never begun
   */
  constructor(
    private readonly begin: () => Otel,
    forget: () => void,
  ) {
    this.stopWaiting = deferStart(() => this.start());
    this.current = new IdleOtel(() => {
      this.waiting = false;
      this.stopWaiting();
      forget();
    });
  }

  start(): void {
    if (!this.waiting) {
      return;
    }
    this.waiting = false;
    this.stopWaiting();
    try {
      this.current = this.begin();
    } catch (error) {
      // Whoever serves the first request is not to blame.
      reportInternalError('the deferred set-up', error);
    }
  }

  status(): OtelStatus {
    return this.current.status();
  }

  flush(): Promise<void> {
    return this.current.flush();
  }

  shutdown(): Promise<void> {
    return this.current.shutdown();
  }
}
