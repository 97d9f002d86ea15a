import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import { moduleExports, type Integration, type Undo } from './integration.js';
import { answeringCaller } from './loading/caller-context.js';
import { methodOwner, wrapMethod, type Method } from './loading/wrapped-methods.js';
import { findDriverModules, type DriverParts } from './pg/driver-modules.js';
import { observedClientConnect, observedPoolConnect } from './pg/pool-methods.js';
import { observedQuery } from './pg/query-method.js';

/**
 * PostgreSQL by node-postgres, which publishes nothing itself: the public methods of its clients and pools are replaced
 * in place. Whatever runs itself as a query, such as a cursor, is watched by what the client tells it.
 */
export const pgIntegration: Integration = {
  name: 'pg',

  start({ database }) {
    const { parts, restore } = observeParts(database);
    const { scan, stop } = findDriverModules(parts);
    return {
      scan,
      stop: () => {
        stop();
        restore();
      },
    };
  },

  handOver: {
    recognizes(module) {
      const { Client, Pool } = moduleExports(module);
      return methodOwner(prototypeOf(Client), 'query') !== undefined && methodOwner(prototypeOf(Pool), 'connect') !== undefined;
    },

    attach(module, { database }) {
      const { parts, restore } = observeParts(database);
      parts.driver(moduleExports(module));
      return restore;
    },
  },
};

/** Observes the parts that it is given, and takes all of it back. */
function observeParts(options: ResolvedDatabaseOptions): { readonly parts: DriverParts; readonly restore: Undo } {
  const undos: Undo[] = [];
  const wrap = (driverClass: unknown, name: string, create: (original: Method) => Method): void => {
    const owner = methodOwner(prototypeOf(driverClass), name);
    if (owner !== undefined) {
      undos.push(wrapMethod(owner, name, create));
    }
  };
  const client = (clientClass: unknown): void => {
    wrap(clientClass, 'query', (original) => observedQuery(original, options));
    wrap(clientClass, 'connect', observedClientConnect);
  };
  const pool = (poolClass: unknown): void => {
    wrap(poolClass, 'connect', observedPoolConnect);
    wrap(poolClass, 'query', answeringCaller);
  };
  return {
    parts: {
      client,
      pool,
      driver: ({ Client, Pool }) => {
        client(Client);
        pool(Pool);
      },
    },
    restore: () => undos.splice(0).forEach((undo) => undo()),
  };
}

function prototypeOf(value: unknown): unknown {
  return typeof value === 'function' ? (value.prototype as unknown) : undefined;
}
