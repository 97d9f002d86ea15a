import { EventEmitter } from 'node:events';
import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { GivenObject } from '../given-object.js';
import { activeContext, runWithin } from '../tracing/context-store.js';
import type { StoresSnapshot } from '../tracing/stores-snapshot.js';

type Emit = EventEmitter['emit'];
type EventName = Parameters<Emit>[0];

/** Held, because somebody can put another one there later, who wants to see all events. */
const PLAIN_EMIT = Reflect.get(EventEmitter.prototype, 'emit') as Emit;

/** Is told of an emitter's events before all of its listeners, and is not one of them. */
export interface EventWatch {
  /** Whether an event is one that it has to {@link see}; of the others it need not be told. */
  minds(emitter: EventEmitter, name: unknown): boolean;
  see(emitter: EventEmitter, name: unknown, argument: unknown): void;
  /**
   * Whether nobody hears an event but Node itself, which would keep the context of the request alive in what it begins
   * for the next one.
   */
  isInternal?(emitter: EventEmitter, name: unknown): boolean;
  /** Where Node is told of one that it minds; `undefined` for all storages as they are, but no OpenTelemetry context. */
  readonly outside?: StoresSnapshot | undefined;
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
    const { emit: original } = emitter as { readonly emit: Emit };
    const record: EventRecord = { original, within: undefined, watch: undefined };
    emitter.emit = emitWithin;
    return new RecordedEmitter(emitter, record).#record;
  }

  /** Whether a record is that of the emitter itself. */
  static isOf(emitter: object): boolean {
    return #record in emitter;
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

/** Lets a watch see the events of an emitter that it minds, up to its `close`, in the context that is kept in them. */
export function watchEvents(emitter: EventEmitter, watch: EventWatch): void {
  RecordedEmitter.record(emitter).watch = watch;
}

/** Makes no list of the arguments before it is known that somebody hears: most events are heard by nobody. */
function emitWithin(this: EventEmitter, name: EventName, argument?: unknown): boolean {
  const record = RecordedEmitter.find(this);
  if (record === undefined) {
    // A stand-in for the emitter, such as a proxy, whose events come from the application.
    return Reflect.apply(Reflect.get(EventEmitter.prototype, 'emit') as Emit, this, arguments);
  }
  const { original, within, watch } = record;
  const watching = watch?.minds(this, name) === true ? watch : undefined;
  if (name === 'close') {
    release(this, record);
  }
  if (watching === undefined && !isHeard(this, name, original)) {
    return false;
  }
  if (original === PLAIN_EMIT && watch?.isInternal?.(this, name) === true) {
    if (watching === undefined) {
      return original.call(this, name);
    }
    inContext(within, () => tell(watching, { emitter: this, name, argument }));
    return emitOutside(this, name, watch.outside);
  }
  const { length } = arguments;
  const many = length > 2 ? [...arguments] : undefined;
  const pass = (): boolean => {
    if (watching !== undefined) {
      tell(watching, { emitter: this, name, argument });
    }
    if (many !== undefined) {
      return Reflect.apply(original, this, many);
    }
    return length === 1 ? original.call(this, name) : original.call(this, name, argument);
  };
  return inContext(within, pass);
}

function emitOutside(emitter: EventEmitter, name: EventName, outside: StoresSnapshot | undefined): boolean {
  return outside === undefined
    ? inContext(ROOT_CONTEXT, () => PLAIN_EMIT.call(emitter, name))
    : outside.runInAsyncScope(PLAIN_EMIT, emitter, name);
}

/** Entering a context costs several objects, and most events come in it already. */
function inContext<T>(within: Context | undefined, fn: () => T): T {
  return within !== undefined && activeContext() !== within ? runWithin(within, fn) : fn();
}

/**
 * Whether an event can make any difference: most have no listeners at all. Beside an error's own listeners there are
 * those that look on, and what is thrown without any; an emit of the application's own may do anything.
 */
function isHeard(emitter: EventEmitter, name: EventName, emit: Emit): boolean {
  return emitter.listenerCount(name) > 0 || name === 'error' || emit !== PLAIN_EMIT;
}

/** Nothing comes behind the last event. What was made of the emitter, and closes alone, leaves that as it is. */
function release(emitter: EventEmitter, record: EventRecord): void {
  if (emitter.emit === emitWithin && RecordedEmitter.isOf(emitter)) {
    emitter.emit = record.original;
    record.within = undefined;
    record.watch = undefined;
  }
}

interface WatchedEvent {
  readonly emitter: EventEmitter;
  readonly name: EventName;
  readonly argument: unknown;
}

function tell(watch: EventWatch, { emitter, name, argument }: WatchedEvent): void {
  try {
    watch.see(emitter, name, argument);
  } catch (error) {
    reportInternalError('watching an exchange', error);
  }
}
