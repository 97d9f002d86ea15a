import { setImmediate } from 'node:timers/promises';
import { listProblems, reportInternalError, reportProblem } from '../diagnostics/report.js';
import { lazily } from '../lazily.js';
import { withinDeadline } from './deadline.js';
import type * as LastDelivery from './last-delivery.js';
import type { Otel, OtelStatus } from './otel.js';
import type { Route } from './routes.js';
import type { Telemetry } from './telemetry.js';

const lastDelivery = lazily(() => require('./last-delivery.js') as typeof LastDelivery);

/** A socket that is broken off tells so within a few turns of the event loop. */
const MAX_TURNS = 100;

/** The handle of a set-up that runs. */
export class RunningOtel implements Otel {
  private ending: Promise<void> | undefined;
  /** What the last delivery has sent; nobody hears of its answers. */
  private readonly delivered = new WeakSet<object>();
  /** What a flush has waited for until its deadline. */
  private readonly waitedFor = new WeakSet<object>();
  private overdue = 0;

  /**
   * @param timeoutMillis - the deadline of a flush and of the shutdown
   * @param unregister - takes the set-up out of everything global
   */
  constructor(
    private readonly telemetry: Telemetry,
    private readonly timeoutMillis: number,
    private readonly unregister: () => void,
  ) {}

  /** Whether a flush still goes on whose deadline is over, so that another one would wait in vain for the same. */
  get isOverdue(): boolean {
    return this.overdue > 0;
  }

  get endedSpans(): number {
    return this.telemetry.counter.ended;
  }

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
    await this.flushWithin('the last flush', timeoutMillis);
    this.hurry(false);
  }

  /** The process ends for certain: the console shows what it has held back for the end of a trace. */
  showRest(): void {
    this.telemetry.routes.filter(({ transport }) => transport === undefined).forEach((route) => route.handOver());
  }

  /** The process ends for certain: what has no decision yet is decided on by what it has shown so far. */
  settle(): void {
    this.telemetry.traceKeeper?.settle();
  }

  /**
   * Delivers what has ended and is not yet answered for, with the metrics as they stand, and blocks until that is done
   * or the deadline has come: for `process.exit()`, after which nothing asynchronous happens. What was under way is
   * sent again, as OTLP asks of whoever got no answer. A further call delivers what has come since. Nothing goes to a
   * destination that has asked for it later, or for which a flush has waited in vain.
   */
  deliverNow(timeoutMillis: number): void {
    if (timeoutMillis <= 0) {
      return;
    }
    const routes = this.telemetry.routes.filter((route) => this.isWorthATry(route));
    routes.forEach((route) => route.handOver());
    const parcels = routes.flatMap(({ transport, reporter }) =>
      transport === undefined
        ? []
        : transport.pending
            .filter((message) => !this.delivered.has(message))
            .map((message) => ({ message, certificates: transport.certificates, reporter })),
    );
    parcels.forEach(({ message }) => this.delivered.add(message));
    const taken = parcels.length === 0 ? [] : lastDelivery().deliverSynchronously(parcels, timeoutMillis);
    parcels
      .filter((parcel, index) => !taken[index] && parcel.reporter.lastError === undefined)
      .forEach(({ reporter }) => reporter.failed(new Error('the last telemetry was not taken when the process ended')));
  }

  /** Tells why, where it is not. */
  private isWorthATry({ transport, reporter }: Route): boolean {
    const isSilent = transport?.pending.some((message) => this.waitedFor.has(message)) === true;
    if (!isSilent && transport?.isAskedToWait !== true) {
      return true;
    }
    if (reporter.lastError === undefined) {
      const why = isSilent ? 'no answer in time' : 'it wanted the last telemetry after the end of the process';
      reporter.failed(new Error(why));
    }
    return false;
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
    const logged = Promise.all(work.map((part) => part.catch((error: unknown) => reportInternalError(what, error))));
    if (await withinDeadline(logged, timeoutMillis)) {
      return;
    }
    reportProblem('OTELIER_FLUSH_TIMEOUT', `${what} was not done within ${Math.round(timeoutMillis)} ms.`);
    this.telemetry.routes.forEach(({ transport }) => transport?.pending.forEach((message) => this.waitedFor.add(message)));
    this.overdue += 1;
    void logged.finally(() => {
      this.overdue -= 1;
    });
  }
}
