import { listProblems, reportInternalError, reportProblem } from '../diagnostics/report.js';
import { withinDeadline } from './deadline.js';
import type { Otel, OtelStatus } from './otel.js';
import type { Telemetry } from './telemetry.js';

/** The handle of a set-up that runs. */
export class RunningOtel implements Otel {
  private ending: Promise<void> | undefined;

  /**
   * @param timeoutMillis - the deadline of a flush and of the shutdown
   * @param unregister - takes the set-up out of everything global
   */
  constructor(
    private readonly telemetry: Telemetry,
    private readonly timeoutMillis: number,
    private readonly unregister: () => void,
  ) {}

  status(): OtelStatus {
    const { counter, spanRoutes } = this.telemetry;
    const destinations = spanRoutes.map(({ name, address, pipeline, reporter }) => ({
      name,
      address,
      ...pipeline.counts,
      lastError: reporter.lastError,
    }));
    const total = (count: 'exported' | 'failed' | 'dropped'): number =>
      destinations.reduce((sum, destination) => sum + destination[count], 0);
    return {
      spans: {
        started: counter.started,
        ended: counter.ended,
        exported: total('exported'),
        failed: total('failed'),
        dropped: total('dropped'),
      },
      destinations,
      problems: listProblems(),
    };
  }

  async flush(): Promise<void> {
    const { tracerProvider, meterProvider } = this.telemetry;
    await this.finish('flush', [tracerProvider.forceFlush(), meterProvider.forceFlush()]);
  }

  shutdown(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  /** Whether something has ended that no destination has answered for yet. */
  get hasPendingSpans(): boolean {
    return this.telemetry.spanRoutes.some((route) => !route.pipeline.idle);
  }

  private async end(): Promise<void> {
    const { tracerProvider, meterProvider } = this.telemetry;
    await this.finish('shutdown', [tracerProvider.shutdown(), meterProvider.shutdown()]);
    this.unregister();
  }

  private async finish(what: string, work: readonly Promise<void>[]): Promise<void> {
    const logged = work.map((part) => part.catch((error: unknown) => reportInternalError(what, error)));
    if (!(await withinDeadline(Promise.all(logged), this.timeoutMillis))) {
      reportProblem('OTELIER_FLUSH_TIMEOUT', `${what}() was not done within ${this.timeoutMillis} ms.`);
    }
  }
}
