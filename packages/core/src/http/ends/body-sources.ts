import { errorMonitor, type EventEmitter } from 'node:events';

/**
 * Notices when a stream that is piped into a response fails: the response is broken off then, or never ends, and
 * nothing says why. Nobody's error handling changes by it.
 *
 * A client that leaves breaks streams off too, but only after the response has closed.
 */
export class BodySources {
  private readonly sources = new Set<EventEmitter>();

  constructor(private readonly failed: (error: unknown) => void) {}

  /** A stream is piped into the response. */
  add(source: EventEmitter): void {
    if (!this.sources.has(source)) {
      this.sources.add(source);
      source.once(errorMonitor, this.failed);
    }
  }

  /** A stream is not piped any more. */
  remove(source: EventEmitter): void {
    source.off(errorMonitor, this.failed);
    this.sources.delete(source);
  }

  /** Stops watching: one stream can go into any number of responses. */
  clear(): void {
    this.sources.forEach((source) => this.remove(source));
  }
}
