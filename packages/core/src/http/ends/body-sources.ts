import { errorMonitor, type EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';

/**
 * Notices when a stream that is piped into a response fails: the response is broken off then, or never ends, and
 * nothing says why. Nobody's error handling changes by it.
 *
 * A client that leaves breaks streams off too, but only after the response has closed.
 *
 * @returns a function that stops watching: one stream can go into any number of responses
 */
export function watchBodySources(response: ServerResponse, failed: (error: unknown) => void): () => void {
  const sources = new Set<EventEmitter>();
  const onPipe = (source: EventEmitter): void => {
    if (sources.size === 0) {
      response.on('unpipe', onUnpipe);
    }
    if (!sources.has(source)) {
      sources.add(source);
      source.once(errorMonitor, failed);
    }
  };
  const onUnpipe = (source: EventEmitter): void => {
    source.off(errorMonitor, failed);
    sources.delete(source);
    if (sources.size === 0) {
      response.off('unpipe', onUnpipe);
    }
  };
  response.on('pipe', onPipe);
  return () => {
    response.off('pipe', onPipe);
    sources.forEach(onUnpipe);
  };
}
