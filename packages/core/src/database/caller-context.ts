import { EventEmitter } from 'node:events';
import { context } from '@opentelemetry/api';
import { sharedState } from '../shared-state.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Prototype = Record<string, Method>;

interface BoundMethod {
  readonly original: Method;
  readonly bound: Method;
}

/**
 * Lets methods of a driver answer in the context of whoever called them, not of whoever opened the connection or gave
 * it back: a driver calls the one from within the other. Methods that are bound already, or missing, are left alone.
 *
 * @param prototype - the object that owns the methods
 */
export function bindCallers(prototype: object, names: readonly string[]): void {
  const methods = prototype as Prototype;
  const known = boundMethods(prototype);
  for (const name of names.filter((candidate) => Object.hasOwn(methods, candidate) && !known.has(candidate))) {
    const original = methods[name] as Method;
    const bound = answerInCallersContext(original);
    known.set(name, { original, bound });
    methods[name] = bound;
  }
}

/** Takes {@link bindCallers} back, except for methods that somebody has wrapped since. */
export function unbindCallers(prototype: object): void {
  const methods = prototype as Prototype;
  const known = boundMethods(prototype);
  for (const [name, { original, bound }] of known) {
    if (methods[name] === bound) {
      methods[name] = original;
      known.delete(name);
    }
  }
}

function boundMethods(prototype: object): Map<string, BoundMethod> {
  const all = sharedState('integrations.bound-methods', () => new WeakMap<object, Map<string, BoundMethod>>());
  const methods = all.get(prototype) ?? new Map<string, BoundMethod>();
  all.set(prototype, methods);
  return methods;
}

function answerInCallersContext(original: Method): Method {
  return function boundToCaller(...args) {
    const caller = context.active();
    let hasCallback = false;
    const boundArgs = args.map((arg) => {
      if (typeof arg === 'function') {
        hasCallback = true;
        return context.bind(caller, arg);
      }
      hasCallback = bindCommand(arg) || hasCallback;
      return arg;
    });
    const result = original.apply(this, boundArgs);
    // Without a callback the answer comes by events.
    return !hasCallback && result instanceof EventEmitter ? context.bind(caller, result) : result;
  };
}

/** A command that was made before it is run, with its callback in it. */
function bindCommand(value: unknown): boolean {
  const command = value as { onResult?: unknown } | null | undefined;
  if (typeof command !== 'object' || typeof command?.onResult !== 'function') {
    return false;
  }
  command.onResult = context.bind(context.active(), command.onResult);
  return true;
}
