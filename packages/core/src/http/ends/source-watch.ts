import type { EventEmitter } from 'node:events';
import type { StoresSnapshot } from '../../tracing/stores-snapshot.js';
import type { EventWatch } from '../event-context.js';
import { BodySources } from './body-sources.js';
import type { ResponseEnded } from './connection-end.js';

/** Told of what becomes of a response. */
export interface ResponseListener {
  /** Whether it wants to know of the streams that are piped into the response and fail. */
  readonly watchesSources: boolean;
  /** What the storages of the process hold outside of the request, as far as that is known. */
  readonly outside?: StoresSnapshot | undefined;
  /** A stream that was piped into the response has failed. */
  recordError(error: unknown): void;
  /** The response has ended. */
  ended(...how: Parameters<ResponseEnded>): void;
}

/** Sees the streams that are piped into a response. */
export class SourceWatch implements EventWatch {
  private sources: BodySources | undefined;
  private isOver = false;

  constructor(protected readonly listener: ResponseListener) {}

  minds(_emitter: EventEmitter, name: unknown): boolean {
    return name === 'pipe' || name === 'unpipe';
  }

  see(_emitter: EventEmitter, name: unknown, argument: unknown): void {
    if (name === 'unpipe') {
      this.sources?.remove(argument as EventEmitter);
    } else if (name === 'pipe' && !this.isOver && this.listener.watchesSources) {
      this.sources ??= new BodySources((error) => this.listener.recordError(error));
      this.sources.add(argument as EventEmitter);
    }
  }

  /** The response has ended: what is still piped has nothing to do with it. */
  stop(): void {
    this.isOver = true;
    this.sources?.clear();
  }
}
