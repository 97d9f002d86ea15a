import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import { moduleExports, type Integration, type Undo } from './integration.js';
import type { LoadedCopy } from './loading/loaded-copies.js';
import { observeAllCopies } from './loading/observed-copies.js';
import { versionWithin, whereSupported } from './loading/supported-versions.js';
import { methodOwner, wrapMethod, type Method } from './loading/wrapped-methods.js';
import { observedClientConnect, observedPoolConnect } from './pg/pool-methods.js';
import { StartingStatements } from './pg/pool-statements.js';
import { observedQuery } from './pg/query-method.js';

const DRIVER = { name: 'pg', from: '8.0.3', below: '9.0.0' };

/**
 * PostgreSQL by node-postgres, which publishes nothing itself: the public methods of its clients and pools are replaced
 * in place. Whatever runs itself as a query, such as a cursor, is watched by what the client tells it.
 */
export const pgIntegration: Integration = {
  name: 'pg',

  start({ database }) {
    const observeDriver = whereSupported(DRIVER, ({ exports }) => observeClasses(exports, database));
    const observeClass = whereSupported(DRIVER, ({ exports }) => observeClient(exports, database));
    const observePoolCopy = ({ exports, version }: LoadedCopy): Undo =>
      versionWithin(version, '3.0.0', '4.0.0') ? observePool(exports, database) : () => {};
    return observeAllCopies([
      {
        packageName: 'pg',
        files: {
          'lib/index.js': observeDriver,
          'lib/client.js': observeClass,
          // Loaded when somebody asks for it.
          'lib/native/client.js': observeClass,
        },
      },
      // Can be used without `pg`. Of a version that is too old the driver's own tells.
      { packageName: 'pg-pool', files: { 'index.js': observePoolCopy } },
    ]);
  },

  handOver: {
    recognizes(module) {
      const { Client, Pool } = moduleExports(module);
      return methodOwner(prototypeOf(Client), 'query') !== undefined && methodOwner(prototypeOf(Pool), 'connect') !== undefined;
    },

    attach: (module, { database }) => observeClasses(module, database),
  },
};

function observeClasses(driver: unknown, options: ResolvedDatabaseOptions): Undo {
  const { Client, Pool } = moduleExports(driver);
  const undos = [observeClient(Client, options), observePool(Pool, options)];
  return () => undos.forEach((undo) => undo());
}

function observeClient(clientClass: unknown, options: ResolvedDatabaseOptions): Undo {
  return wrapMethods(clientClass, {
    query: (original) => observedQuery(original, options),
    connect: observedClientConnect,
  });
}

function observePool(poolClass: unknown, options: ResolvedDatabaseOptions): Undo {
  const statements = new StartingStatements();
  return wrapMethods(poolClass, {
    connect: (original) => observedPoolConnect(original, statements),
    query: (original) => statements.taking(original, options),
  });
}

function wrapMethods(ownClass: unknown, wrappers: Readonly<Record<string, (original: Method) => Method>>): Undo {
  const undos = Object.entries(wrappers).map(([name, wrap]) => {
    const owner = methodOwner(prototypeOf(ownClass), name);
    return owner === undefined ? () => {} : wrapMethod(owner, name, wrap);
  });
  return () => undos.forEach((undo) => undo());
}

function prototypeOf(value: unknown): unknown {
  return typeof value === 'function' ? (value.prototype as unknown) : undefined;
}
