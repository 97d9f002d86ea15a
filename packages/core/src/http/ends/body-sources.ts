import { errorMonitor, type EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';

/**
 * Notices when a stream that is piped into a response fails: the response is broken off then, or never ends, and
 * nothing says why. Nobody's error handling changes by it.
 *
 * A client that leaves breaks streams off too, but only after the response has closed.
 */
export function watchBodySources(response: ServerResponse, failed: (error: unknown) => void): void {
  response.on('pipe', (source: EventEmitter) => {
    source.once(errorMonitor, failed);
  });
}
