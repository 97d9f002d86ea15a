import { sharedState } from '../../shared-state.js';

/** A client has been told to go to a database, and has got there: older versions do not tell in which one they are. */
export function rememberDatabase(client: unknown, index: unknown): void {
  if (/^\d{1,9}$/.test(typeof index === 'string' || typeof index === 'number' ? String(index) : '')) {
    databases().set(selfOf(client), Number(index));
  }
}

/** A client goes back to the database of its options. */
export function forgetDatabase(client: unknown): void {
  databases().delete(selfOf(client));
}

/** The index of the database that a client has gone to; `undefined` while it is in that of its options. */
export function selectedDatabase(client: unknown): number | undefined {
  return databases().get(selfOf(client));
}

/** A client with other options for its commands is the same one behind. */
function selfOf(client: unknown): object {
  const { _self } = client as { readonly _self?: unknown };
  return typeof _self === 'object' && _self !== null ? _self : (client as object);
}

function databases(): WeakMap<object, number> {
  return sharedState('integrations.redis.selected-databases', () => new WeakMap());
}
