import { commented } from '../../database/sql-commenter.js';
import type { DatabaseOperation } from '../../database/database-operation.js';
import { isThenable } from '../../tracing/thenable.js';
import type { Method } from '../loading/wrapped-methods.js';
import { endingCallback, isCallback, ownCallback } from './driver-callback.js';
import { queryFailure, queryOutcome } from './query-outcome.js';

/** A statement in an object, as the driver takes it. */
interface QueryConfig {
  readonly text?: unknown;
  readonly name?: unknown;
  callback?: unknown;
}

/** One call of `client.query` with a text or a configuration. */
export interface QueryCall {
  readonly original: Method;
  readonly client: object;
  /** The arguments as the application gave them, in a list of this call's own. */
  readonly args: unknown[];
}

/** Makes the call, and ends the operation with its callback or its promise. */
export function runTextQuery({ original, client, args }: QueryCall, operation: DatabaseOperation, comment: boolean): unknown {
  const [config] = args;
  const given = comment ? withComment(args, operation) : args;
  const index = callbackIndex(given);
  let answered: Method | undefined;
  if (index !== undefined) {
    answered = endingCallback(given[index] as Method, operation, endAnswered);
    given[index] = answered;
  } else if (isObject(config) && isCallback(config.callback)) {
    answered = endingCallback(config.callback, operation, endAnswered);
    given[0] = withProperties(given[0] as QueryConfig, { callback: answered });
  }
  const result = original.apply(client, given);
  if (answered === undefined) {
    return endWithPromise(result, operation);
  }
  if (isObject(config) && config.callback === answered) {
    // The driver has written it into the application's object.
    config.callback = ownCallback(answered);
  }
  return result;
}

/** The driver takes the last callback that it is given. */
function callbackIndex(args: readonly unknown[]): number | undefined {
  if (isCallback(args[2])) {
    return 2;
  }
  return isCallback(args[1]) ? 1 : undefined;
}

function endAnswered(operation: DatabaseOperation, error: unknown, result: unknown): void {
  operation.end(queryOutcome(error, result));
}

/** A promise in its place, since a handler on the driver's own would make its rejection a handled one. */
function endWithPromise(result: unknown, operation: DatabaseOperation): unknown {
  if (!isThenable(result)) {
    operation.end();
    return result;
  }
  return result.then(
    (value) => {
      operation.end(queryOutcome(undefined, value));
      return value;
    },
    (error: unknown) => {
      operation.end({ failure: queryFailure(error) });
      throw error;
    },
  );
}

/** A named statement is prepared once: its comment would be that of its first use for ever. */
function withComment(args: unknown[], operation: DatabaseOperation): unknown[] {
  const [config, ...others] = args;
  if (typeof config === 'string') {
    return [commented(config, 'postgresql', operation.context), ...others];
  }
  if (!isObject(config) || typeof config.text !== 'string' || config.name) {
    return args;
  }
  const text = commented(config.text, 'postgresql', operation.context);
  return text === config.text ? args : [withProperties(config, { text }), ...others];
}

/**
 * The object with other values for some properties, while the application's own stays as it was: newer drivers copy it
 * with its prototype, older ones write into it. Getters run on the object itself, for the sake of private fields.
 */
function withProperties(config: QueryConfig, properties: Readonly<Record<string, unknown>>): QueryConfig {
  const ownerOf = (key: PropertyKey): object => (Object.hasOwn(properties, key) ? properties : config);
  return new Proxy<QueryConfig>(
    {},
    {
      get: (_target, key) => Reflect.get(ownerOf(key), key) as unknown,
      has: (_target, key) => Reflect.has(ownerOf(key), key),
      set: (_target, key, value) => {
        // By an assignment: one that is refused throws what it throws without the proxy.
        (config as Record<PropertyKey, unknown>)[key] = value;
        return true;
      },
      getPrototypeOf: () => Reflect.getPrototypeOf(config),
      ownKeys: () => [...new Set([...Reflect.ownKeys(config), ...Reflect.ownKeys(properties)])],
      getOwnPropertyDescriptor: (_target, key) => {
        const descriptor = Reflect.getOwnPropertyDescriptor(ownerOf(key), key);
        // A proxy must not call a property final that its target does not have.
        return descriptor && { ...descriptor, configurable: true };
      },
    },
  );
}

function isObject(value: unknown): value is QueryConfig {
  return typeof value === 'object' && value !== null;
}
