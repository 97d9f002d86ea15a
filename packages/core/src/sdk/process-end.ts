import { guarded } from '../diagnostics/guarded.js';
import { reportInternalError } from '../diagnostics/report.js';
import { abandonOpenRequests, whenRequestsEnd } from '../http/open-requests.js';
import { replaceOwnMethod } from '../own-method.js';
import { endOpenWork } from '../tracing/open-work.js';
import { withinDeadline } from './deadline.js';
import { holdBackEnd } from './held-back-end.js';
import type { RunningOtel } from './running-otel.js';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

const SIGNAL_EXIT = Symbol.for('signal-exit emitter');

/** What {@link watchProcessEnd} needs to know. */
export interface ProcessEndOptions {
  /** The time that in-flight requests and the last export may take in all, in milliseconds. */
  readonly timeoutMillis: number;
  readonly handleSignals: boolean;
}

/**
 * Delivers what is left when the process ends, and lets it end as it would have without Otelier.
 *
 * - Nothing is left to do: everything is flushed before the application's listeners hear of it, and the process ends
 *   with its own exit code.
 * - `process.exit()`: what has ended is delivered before the call comes to its end, behind all listeners for `exit`.
 * - A signal that the application does not handle: requests end, everything is flushed, and the signal takes its
 *   default action. Another signal meanwhile takes it at once.
 * - A signal that the application handles: its handlers decide, and one of the other cases follows.
 *
 * @returns a function that stops watching
 */
export function watchProcessEnd(otel: RunningOtel, options: ProcessEndOptions): () => void {
  const undos = [watchEnd(otel, options.timeoutMillis)];
  if (options.handleSignals) {
    undos.push(watchSignals(otel, options.timeoutMillis));
  }
  return () => undos.forEach((undo) => undo());
}

/** The end without a signal: all stages share one deadline. */
function watchEnd(otel: RunningOtel, timeoutMillis: number): () => void {
  let remainingMillis = timeoutMillis;
  let flushedSpans = -1;
  /** Node comes to `beforeExit` again after every flush; only news since the last one is worth another. */
  const isDue = (): boolean => remainingMillis > 0 && !otel.isOverdue && otel.endedSpans !== flushedSpans;
  const begin = (): void => {
    flushedSpans = otel.endedSpans;
    const started = performance.now();
    void otel.flushForTheLastTime(remainingMillis).then(() => {
      remainingMillis -= performance.now() - started;
    });
  };
  const letEnd = holdBackEnd({ isDue, begin });
  const deliver = guarded('the last delivery', (code: unknown) => {
    endOpenWork({ exitCode: Number(process.exitCode ?? code) });
    abandonOpenRequests();
    otel.settle();
    const started = performance.now();
    otel.deliverNow(remainingMillis);
    remainingMillis -= performance.now() - started;
  });
  /** What ends in the application's listeners for `exit` is delivered too. */
  const comeLast = guarded('the last delivery', () => {
    process.off('exit', deliver);
    process.on('exit', deliver);
  });
  process.on('exit', deliver);
  process.on('beforeExit', comeLast);
  process.on('uncaughtExceptionMonitor', comeLast);
  const restoreExit = watchReallyExit(deliver);
  return () => {
    restoreExit();
    letEnd();
    process.off('exit', deliver);
    process.off('beforeExit', comeLast);
    process.off('uncaughtExceptionMonitor', comeLast);
  };
}

/**
 * The way that every `process.exit()` ends with, also one within a listener for `exit`, which is the last one then.
 *
 * @see https://github.com/tapjs/signal-exit/blob/v4.1.0/src/index.ts
 */
function watchReallyExit(deliver: (code: unknown) => void): () => void {
  return replaceOwnMethod(process, 'reallyExit', (reallyExit) => (...args) => {
    deliver(args[0]);
    return reallyExit.apply(process, args);
  });
}

/**
 * A listener takes the signal's default action away. When the application has no listener of its own, the default
 * comes back as soon as everything is delivered; when it has one, the end of the process is the application's.
 */
function watchSignals(otel: RunningOtel, timeoutMillis: number): () => void {
  let delivering = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1 + deferringListeners()) {
      return;
    }
    if (delivering) {
      endByDefault(signal);
    } else {
      delivering = true;
      endOpenWork({ signal });
      void deliver(otel, timeoutMillis)
        .catch((error: unknown) => reportInternalError('the last delivery', error))
        .then(() => endByDefault(signal));
    }
  };
  const stop = (): void => {
    SIGNALS.forEach((signal) => process.off(signal, onSignal));
  };
  const endByDefault = (signal: NodeJS.Signals): void => {
    stop();
    process.kill(process.pid, signal);
  };
  // First in line: a handler of the application that is to run once is still counted.
  SIGNALS.forEach((signal) => process.prependListener(signal, onSignal));
  return stop;
}

/**
 * Listeners that do nothing as long as there are others: those of the package signal-exit, versions 4 and 3. Taken for
 * handlers they would wait for this listener and this one for them, and nobody would end the process.
 *
 * @see https://github.com/tapjs/signal-exit/blob/v4.1.0/src/index.ts
 */
function deferringListeners(): number {
  const newer = (globalThis as { [SIGNAL_EXIT]?: { readonly count?: unknown } })[SIGNAL_EXIT]?.count;
  const older = (process as { __signal_exit_emitter__?: { readonly count?: unknown } }).__signal_exit_emitter__?.count;
  return [newer, older].reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), 0);
}

async function deliver(otel: RunningOtel, timeoutMillis: number): Promise<void> {
  const started = performance.now();
  if (!(await withinDeadline(whenRequestsEnd(), timeoutMillis / 2))) {
    abandonOpenRequests();
  }
  otel.settle();
  const flushedSpans = otel.endedSpans;
  const remainingMillis = (): number => timeoutMillis - (performance.now() - started);
  await otel.flushForTheLastTime(remainingMillis());
  abandonOpenRequests();
  // A server has gone on answering meanwhile; it must not while this is sent, or there would be no end of it.
  if (otel.endedSpans !== flushedSpans) {
    otel.settle();
    otel.deliverNow(remainingMillis());
  }
  otel.showRest();
}
