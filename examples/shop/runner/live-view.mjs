import { isConnected } from './trace-store.mjs';

/** The services send what has ended once a second, each on its own. */
const QUIET_MILLIS = 1500;
const INCOMPLETE_MILLIS = 10_000;

/**
 * Shows every new trace once nothing more has come for it: soon when it is whole, later when its root is missing.
 * @param {import('./trace-store.mjs').TraceStore} store
 * @param {(trace: import('./trace-store.mjs').Trace) => void} show
 * @returns {() => void} ends the view
 */
export function followTraces(store, show) {
  /** @type {Map<string, NodeJS.Timeout>} */
  const timers = new Map();
  const wait = (traceId) => {
    clearTimeout(timers.get(traceId));
    const millis = isConnected(store.get(traceId)) ? QUIET_MILLIS : INCOMPLETE_MILLIS;
    timers.set(traceId, setTimeout(() => {
      timers.delete(traceId);
      const trace = store.take(traceId);
      if (trace.spans.length > 0) {
        show(trace);
      }
    }, millis));
  };
  store.on('change', wait);
  return () => {
    store.off('change', wait);
    for (const timer of timers.values()) {
      clearTimeout(timer);
    }
  };
}
