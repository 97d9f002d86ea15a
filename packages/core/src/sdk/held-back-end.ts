import type { AnyMethod } from '../own-method.js';

/** What is to be done before the application hears that nothing is left to do. */
export interface LastWork {
  /** Whether there is any. */
  readonly isDue: () => boolean;
  /** Begins it; it keeps the process alive until it is done. */
  readonly begin: () => void;
}

/**
 * Does last work before Node tells of `beforeExit`. A listener that begins something has Node tell all listeners once
 * more when that is done; here Node tells nobody in the first place, and everybody when the work is done.
 *
 * There is no other place: Node asks `process` for its method `emit` and calls that. Only Node gets another one, and
 * only while work is due, so that no stack trace of the application shows it. Somebody who defines the method anew takes
 * that away.
 *
 * @returns the undo
 */
export function holdBackEnd(work: LastWork): () => void {
  const before = Object.getOwnPropertyDescriptor(process, 'emit');
  let emit = Reflect.get(process, 'emit') as AnyMethod;
  const emitLater = (...args: unknown[]): unknown => {
    if (args[0] !== 'beforeExit') {
      return emit.apply(process, args);
    }
    work.begin();
    return true;
  };
  const get = (): AnyMethod => (work.isDue() && framesBeneath(get) === 0 ? emitLater : emit);
  const set = (replacement: AnyMethod): void => {
    emit = replacement;
  };
  Object.defineProperty(process, 'emit', { get, set, configurable: true, enumerable: false });
  return () => {
    if (Object.getOwnPropertyDescriptor(process, 'emit')?.get !== get) {
      return;
    }
    Reflect.deleteProperty(process, 'emit');
    if (Reflect.get(process, 'emit') !== emit) {
      const own = { value: emit, configurable: true, writable: true, enumerable: before?.enumerable ?? true };
      Object.defineProperty(process, 'emit', own);
    }
  };
}

/** How many functions have led to one that runs; 1 stands for more. Node itself comes from none. */
function framesBeneath(read: () => unknown): unknown {
  const settings = Object.getOwnPropertyDescriptors(Error);
  try {
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (_error, frames) => frames.length;
    const trace: { stack?: unknown } = {};
    Error.captureStackTrace(trace, read);
    return trace.stack;
  } catch {
    // The settings are frozen.
    return undefined;
  } finally {
    restoreSetting('stackTraceLimit', settings.stackTraceLimit);
    restoreSetting('prepareStackTrace', settings.prepareStackTrace);
  }
}

function restoreSetting(name: string, before: PropertyDescriptor | undefined): void {
  if (before === undefined) {
    Reflect.deleteProperty(Error, name);
  } else {
    Reflect.defineProperty(Error, name, before);
  }
}
