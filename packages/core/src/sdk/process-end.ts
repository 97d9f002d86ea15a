import { abandonOpenRequests, whenRequestsEnd } from '../http/open-requests.js';
import { withinDeadline } from './deadline.js';
import type { RunningOtel } from './running-otel.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
type Signal = (typeof SIGNALS)[number];

/** What {@link watchProcessEnd} needs to know. */
export interface ProcessEndOptions {
  /** The time that in-flight requests and the last export may take in all, in milliseconds. */
  readonly timeoutMillis: number;
  readonly handleSignals: boolean;
}

/**
 * Delivers what is left when the process ends, and lets it end as it would have without Otelier.
 *
 * @returns a function that stops watching
 */
export function watchProcessEnd(otel: RunningOtel, options: ProcessEndOptions): () => void {
  const undoNaturalEnd = watchNaturalEnd(otel);
  const undoSignals = options.handleSignals ? SIGNALS.map((signal) => watchSignal(signal, otel, options)) : [];
  return () => {
    undoNaturalEnd();
    undoSignals.forEach((undo) => undo());
  };
}

/** `beforeExit` comes again after every flush; only news since the last one is worth another. */
function watchNaturalEnd(otel: RunningOtel): () => void {
  let flushedSpans = -1;
  const onBeforeExit = (): void => {
    const { ended } = otel.status().spans;
    if (ended !== flushedSpans) {
      flushedSpans = ended;
      void otel.flush();
    }
  };
  process.on('beforeExit', onBeforeExit);
  return () => process.off('beforeExit', onBeforeExit);
}

/**
 * A listener takes the signal's default action away. When the application has no listener of its own, the default
 * comes back as soon as everything is delivered; when it has one, the end of the process is the application's.
 */
function watchSignal(signal: Signal, otel: RunningOtel, options: ProcessEndOptions): () => void {
  let deliveries = 0;
  const onSignal = (): void => {
    const applicationDecides = process.listenerCount(signal) > 1;
    deliveries += 1;
    if (!applicationDecides && deliveries > 1) {
      endByDefault();
      return;
    }
    void deliver(otel, options.timeoutMillis).then(() => {
      if (!applicationDecides) {
        endByDefault();
      }
    });
  };
  const endByDefault = (): void => {
    process.off(signal, onSignal);
    process.kill(process.pid, signal);
  };
  process.on(signal, onSignal);
  return () => process.off(signal, onSignal);
}

async function deliver(otel: RunningOtel, timeoutMillis: number): Promise<void> {
  const started = performance.now();
  if (!(await withinDeadline(whenRequestsEnd(), timeoutMillis / 2))) {
    abandonOpenRequests();
  }
  await withinDeadline(otel.flush(), timeoutMillis - (performance.now() - started));
}
