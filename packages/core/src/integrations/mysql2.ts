import { moduleExports, type Integration } from './integration.js';
import { restorePoolContext } from './mysql2/connect-channels.js';
import { observeDriverCopies, observeDriverCopy } from './mysql2/driver-copies.js';
import { observeQueryChannel } from './mysql2/query-channels.js';

/**
 * MySQL and MariaDB by mysql2: its tracing channels from 3.20 on, and for all versions the one method that all commands
 * pass, which tells what the channels do not: prepared statements, the ends of streams, connections that break.
 */
export const mysql2Integration: Integration = {
  name: 'mysql2',

  start({ database }) {
    const copies = observeDriverCopies(database);
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
      return observeDriverCopy(moduleExports(module), database);
    },
  },
};
