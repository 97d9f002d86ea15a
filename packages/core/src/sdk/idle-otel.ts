import { listProblems } from '../diagnostics/report.js';
import type { Otel, OtelStatus } from './otel.js';

/** The handle where Otelier exports nothing itself: it is disabled, or the application has an SDK of its own. */
export class IdleOtel implements Otel {
  private ending: Promise<void> | undefined;

  constructor(private readonly unregister: () => void) {}

  start(): void {}

  status(): OtelStatus {
    return {
      spans: { started: 0, ended: 0, exported: 0, failed: 0, dropped: 0 },
      destinations: [],
      problems: listProblems(),
    };
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.ending ??= Promise.resolve(this.unregister());
    return this.ending;
  }
}
