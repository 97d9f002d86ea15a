import { listProblems, reportInternalError, reportProblem } from '../diagnostics/report.js';
import { withinDeadline } from './deadline.js';
import { deliverSynchronously } from './last-delivery.js';
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
    const { counter, routes } = this.telemetry;
    const destinations = routes.map(({ name, signal, address, counts, reporter }) => ({
      name,
      signal,
      address,
      ...counts,
      lastError: reporter.lastError,
    }));
    const total = (count: 'exported' | 'failed' | 'dropped'): number =>
      destinations.filter(({ signal }) => signal === 'traces').reduce((sum, destination) => sum + destination[count], 0);
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
    await this.finish('flush()', this.flushAll(), this.timeoutMillis);
  }

  shutdown(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  /** The flush at the end of the process: a destination that can't be reached is not waited for. Never rejects. */
  async flushForTheLastTime(timeoutMillis: number): Promise<void> {
    this.hurry(true);
    await this.finish('the last flush', this.flushAll(), timeoutMillis);
    this.hurry(false);
  }

  /** Sends the metrics as they stand. Nobody waits for the answer. */
  exportMetrics(): void {
    this.telemetry.meterProvider.forceFlush().catch((error: unknown) => reportInternalError('metrics', error));
  }

  /**
   * Delivers what has ended and is not yet answered for, and blocks until that is done or the deadline has come: for
   * `process.exit()`, after which nothing asynchronous happens. What was under way is sent again, as OTLP asks of
   * whoever got no answer; metrics are those of the last collection.
   */
  deliverNow(timeoutMillis: number): void {
    const { routes } = this.telemetry;
    routes.forEach((route) => route.handOver());
    const parcels = routes.flatMap(({ transport, reporter }) =>
      transport === undefined
        ? []
        : transport.pending.map((message) => ({ message, certificates: transport.certificates, reporter })),
    );
    if (parcels.length === 0) {
      return;
    }
    const taken = deliverSynchronously(parcels, timeoutMillis);
    parcels
      .filter((parcel, index) => !taken[index] && parcel.reporter.lastError === undefined)
      .forEach(({ reporter }) => reporter.failed(new Error('the last telemetry was not taken when the process ended')));
  }

  private flushAll(): Promise<void>[] {
    const { spanProcessors, meterProvider, loggerProvider } = this.telemetry;
    // Not through the tracer provider: its time limit would keep the process alive after the deadline.
    return [...spanProcessors.map(async (processor) => processor.forceFlush()), meterProvider.forceFlush(), loggerProvider.forceFlush()];
  }

  private async end(): Promise<void> {
    const { tracerProvider, meterProvider, loggerProvider, routes } = this.telemetry;
    this.hurry(true);
    const providers = [tracerProvider, meterProvider, loggerProvider];
    await this.finish('shutdown()', providers.map(async (provider) => provider.shutdown()), this.timeoutMillis);
    routes.forEach(({ transport }) => transport?.shutdown());
    this.unregister();
  }

  private hurry(urgent: boolean): void {
    this.telemetry.routes.forEach(({ transport }) => transport?.hurry(urgent));
  }

  private async finish(what: string, work: readonly Promise<void>[], timeoutMillis: number): Promise<void> {
    const logged = work.map((part) => part.catch((error: unknown) => reportInternalError(what, error)));
    if (!(await withinDeadline(Promise.all(logged), timeoutMillis))) {
      reportProblem('OTELIER_FLUSH_TIMEOUT', `${what} was not done within ${Math.round(timeoutMillis)} ms.`);
    }
  }
}
