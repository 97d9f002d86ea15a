import { EventEmitter } from 'node:events';
import { context, type Context } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { GivenObject } from '../given-object.js';

type Emit = EventEmitter['emit'];
type Event = Parameters<Emit>;

/** Is told of an emitter's events before all of its listeners, and is not one of them. */
export interface EventWatch {
  see(emitter: EventEmitter, name: unknown, argument: unknown): void;
}

/** What is done with the events of one emitter. */
interface EventRecord {
  readonly original: Emit;
  within: Context | undefined;
  watch: EventWatch | undefined;
}

/**
 * Keeps the record in a private field of the emitter, so that one function serves all of them: a closure for each
 * request would be made and optimized anew.
 */
class RecordedEmitter extends GivenObject {
  readonly #record: EventRecord;

  private constructor(emitter: EventEmitter, record: EventRecord) {
    super(emitter);
    this.#record = record;
  }

  static record(emitter: EventEmitter): EventRecord {
    if (#record in emitter) {
      return emitter.#record;
    }
    const record: EventRecord = { original: Reflect.get(emitter, 'emit') as Emit, within: undefined, watch: undefined };
    emitter.emit = emitWithin;
    return new RecordedEmitter(emitter, record).#record;
  }

  /** Of the emitter itself, or of one that it was made from with `Object.create`. */
  static find(emitter: object): EventRecord | undefined {
    for (let at: object | null = emitter; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      if (#record in at) {
        return at.#record;
      }
    }
    return undefined;
  }
}

/**
 * Lets the listeners of a request or a response run in the request's context, up to its `close`, the last event.
 *
 * Node emits the events of a body, and `close` when the client goes away, from the socket, where no context is active:
 * a body parser or a clean-up that goes on from there would lose it.
 */
export function keepContextInEvents(emitter: EventEmitter, within: Context): void {
  RecordedEmitter.record(emitter).within ??= within;
}

/** Lets a watch see the events of an emitter, up to its `close`, in the context that is kept in them. */
export function watchEvents(emitter: EventEmitter, watch: EventWatch): void {
  RecordedEmitter.record(emitter).watch = watch;
}

function emitWithin(this: EventEmitter, ...event: Event): boolean {
  const record = RecordedEmitter.find(this);
  if (record === undefined) {
    // A stand-in for the emitter, such as a proxy, whose events come from the application.
    return EventEmitter.prototype.emit.apply(this, event);
  }
  const { within } = record;
  // Most events come in the context already; entering it anew costs several objects.
  return within === undefined || context.active() === within
    ? emitNow(this, record, event)
    : context.with(within, emitNow, undefined, this, record, event);
}

function emitNow(emitter: EventEmitter, record: EventRecord, event: Event): boolean {
  const { watch } = record;
  if (event[0] === 'close' && emitter.emit === emitWithin) {
    emitter.emit = record.original;
    record.within = undefined;
    record.watch = undefined;
  }
  if (watch !== undefined) {
    tell(watch, emitter, event);
  }
  return record.original.apply(emitter, event);
}

function tell(watch: EventWatch, emitter: EventEmitter, event: Event): void {
  try {
    watch.see(emitter, event[0], event[1]);
  } catch (error) {
    reportInternalError('watching an exchange', error);
  }
}
