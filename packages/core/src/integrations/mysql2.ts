import { lazily } from '../lazily.js';
import { moduleExports, type Integration } from './integration.js';
import { observeCopies } from './loading/observed-copies.js';
import { whereSupported } from './loading/supported-versions.js';
import { restorePoolContext } from './mysql2/connect-channels.js';
import type * as ObserveCommands from './mysql2/observe-commands.js';
import type * as ObservePools from './mysql2/observe-pools.js';
import { observeQueryChannel } from './mysql2/query-channels.js';

const commands = lazily(() => require('./mysql2/observe-commands.js') as typeof ObserveCommands);
const pools = lazily(() => require('./mysql2/observe-pools.js') as typeof ObservePools);

const DRIVER = { name: 'mysql2', from: '1.4.2', below: '4.0.0' };

/**
 * MySQL and MariaDB by mysql2: its tracing channels from 3.20 on, and for all versions the one method that all commands
 * pass, which tells what the channels do not: prepared statements, the ends of streams, connections that break.
 */
export const mysql2Integration: Integration = {
  name: 'mysql2',

  start({ database }) {
    const copies = observeCopies({
      packageName: 'mysql2',
      files: {
        'lib/connection.js': whereSupported(DRIVER, ({ exports }) => commands().observeCommands(exports, database)),
        'lib/pool.js': whereSupported(DRIVER, ({ exports }) => pools().observePools(exports, database)),
      },
    });
    const undos = [
      observeQueryChannel('mysql2:query', database),
      observeQueryChannel('mysql2:execute', database),
      restorePoolContext(),
      copies.stop,
    ];
    return { scan: copies.scan, stop: () => undos.forEach((undo) => undo()) };
  },

  handOver: {
    recognizes(module) {
      const { createConnection, createPool, format } = moduleExports(module);
      return [createConnection, createPool, format].every((value) => typeof value === 'function');
    },

    attach(module, { database }) {
      const { Connection, Pool } = moduleExports(module);
      const undos = [commands().observeCommands(Connection, database), pools().observePools(Pool, database)];
      return () => undos.forEach((undo) => undo());
    },
  },
};
