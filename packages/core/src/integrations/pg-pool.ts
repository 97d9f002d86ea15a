import { context } from '@opentelemetry/api';
import { sharedState } from '../shared-state.js';
import { moduleExports } from './integration.js';

type Connect = (this: unknown, callback?: (...args: unknown[]) => unknown) => unknown;

interface PoolPrototype {
  connect: Connect;
}

/**
 * Lets a caller that waits for a connection go on in its own context, not in that of whoever gives the connection
 * back: pg-pool calls the one from within the other.
 */
export function bindWaitingCallers(pool: unknown): void {
  const prototype = prototypeOf(pool);
  if (prototype === undefined || bound().has(prototype)) {
    return;
  }
  const original = prototype.connect;
  const connect: Connect = function connect(callback) {
    return original.call(this, callback === undefined ? callback : context.bind(context.active(), callback));
  };
  bound().set(prototype, { original, connect });
  prototype.connect = connect;
}

/** Takes {@link bindWaitingCallers} back, unless somebody has wrapped the method since. */
export function unbindWaitingCallers(pool: unknown): void {
  const prototype = prototypeOf(pool);
  const patch = prototype && bound().get(prototype);
  if (prototype !== undefined && patch !== undefined && prototype.connect === patch.connect) {
    prototype.connect = patch.original;
    bound().delete(prototype);
  }
}

function bound(): WeakMap<PoolPrototype, { readonly original: Connect; readonly connect: Connect }> {
  return sharedState('integrations.pg-pools', () => new WeakMap());
}

function prototypeOf(pool: unknown): PoolPrototype | undefined {
  const exports: unknown = typeof pool === 'function' ? pool : moduleExports(pool);
  return (exports as { prototype?: PoolPrototype } | undefined)?.prototype;
}
