import { setImmediate } from 'node:timers/promises';
import { listProblems, reportInternalError, reportProblem } from '../diagnostics/report.js';
import { withinDeadline } from './deadline.js';
import { deliverSynchronously } from './last-delivery.js';
import type { Otel, OtelStatus } from './otel.js';
import type { Telemetry } from './telemetry.js';

/** A socket that is broken off tells so within a few turns of the event loop. */
const MAX_TURNS = 100;

/** The handle of a set-up that runs. */
export class RunningOtel implements Otel {
  private ending: Promise<void> | undefined;
  /** What the last delivery has sent; nobody hears of its answers. */
  private readonly delivered = new WeakSet<object>();

  /**
   * @param timeoutMillis - the deadline of a flush and of the shutdown
   * @param unregister - takes the set-up out of everything global
   */
  constructor(
    private readonly telemetry: Telemetry,
    private readonly timeoutMillis: number,
    private readonly unregister: () => void,
  ) {}

  start(): void {}

  status(): OtelStatus {
    const { counter, routes, traceKeeper } = this.telemetry;
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
      ...(traceKeeper === undefined ? {} : { sampling: traceKeeper.status() }),
      destinations,
      problems: listProblems(),
    };
  }

  async flush(): Promise<void> {
    await this.flushWithin('flush()', this.timeoutMillis);
  }

  shutdown(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  /** The flush at the end of the process: a destination that can't be reached is not waited for. Never rejects. */
  async flushForTheLastTime(timeoutMillis: number): Promise<void> {
    this.hurry(true);
    this.telemetry.traceKeeper?.settle();
    await this.flushWithin('the last flush', timeoutMillis);
    this.hurry(false);
  }

  /**
   * Delivers what has ended and is not yet answered for, with the metrics as they stand, and blocks until that is done
   * or the deadline has come: for `process.exit()`, after which nothing asynchronous happens. What was under way is
   * sent again, as OTLP asks of whoever got no answer. A further call delivers what has come since.
   */
  deliverNow(timeoutMillis: number): void {
    const { routes: all, traceKeeper } = this.telemetry;
    traceKeeper?.settle();
    const routes = all.filter(({ transport }) => transport?.isAskedToWait !== true);
    routes.forEach((route) => route.handOver());
    const parcels = routes.flatMap(({ transport, reporter }) =>
      transport === undefined
        ? []
        : transport.pending
            .filter((message) => !this.delivered.has(message))
            .map((message) => ({ message, certificates: transport.certificates, reporter })),
    );
    parcels.forEach(({ message }) => this.delivered.add(message));
    const taken = parcels.length === 0 ? [] : deliverSynchronously(parcels, timeoutMillis);
    parcels
      .filter((parcel, index) => !taken[index] && parcel.reporter.lastError === undefined)
      .forEach(({ reporter }) => reporter.failed(new Error('the last telemetry was not taken when the process ended')));
    all
      .filter((route) => !routes.includes(route) && route.reporter.lastError === undefined)
      .forEach(({ reporter }) => reporter.failed(new Error('it wanted the last telemetry after the end of the process')));
  }

  private flushWithin(what: string, timeoutMillis: number): Promise<void> {
    return this.withinFlush(timeoutMillis, () => this.finish(what, this.flushAll(), timeoutMillis));
  }

  /** Lets the transports know that somebody waits for them, and how long. */
  private async withinFlush(timeoutMillis: number, work: () => Promise<void>): Promise<void> {
    const deadline = performance.now() + timeoutMillis;
    const ends = this.telemetry.routes.map(({ transport }) => transport?.beginFlush(deadline));
    await work();
    ends.forEach((end) => end?.());
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
    await this.withinFlush(this.timeoutMillis, () =>
      this.finish('shutdown()', providers.map(async (provider) => provider.shutdown()), this.timeoutMillis),
    );
    routes.forEach(({ transport }) => transport?.shutdown());
    this.unregister();
    // What that has broken off is counted before this ends.
    for (let turn = 0; turn < MAX_TURNS && routes.some(({ transport }) => transport?.isIdle === false); turn += 1) {
      await setImmediate();
    }
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
