import { heldState } from '../../shared-state.js';
import type { DriverConfig, DriverConnection } from './driver-objects.js';

/** Programs connect to few servers; one that makes up addresses must not fill the memory. */
const MAX_SERVERS = 1000;

const mariadbServers = heldState('integrations.mysql2.mariadb-servers', () => new Set<string>());

/** Where a server is: a host with its port, or the path of a socket. */
export interface ServerAddress {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

/** Where a connection goes, with the driver's own defaults. */
export function serverAddress({ socketPath, host, port }: DriverConfig = {}): ServerAddress {
  if (typeof socketPath === 'string' && socketPath !== '') {
    return { address: socketPath, port: undefined };
  }
  return { address: typeof host === 'string' && host !== '' ? host : 'localhost', port: Number(port) || 3306 };
}

/**
 * `db.system.name` of a server, by what it said of itself when a connection was made: `mysql` until then.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/db/mariadb/
 */
export function serverSystem(server: ServerAddress): 'mysql' | 'mariadb' {
  const known = mariadbServers();
  return known.size > 0 && known.has(keyOf(server)) ? 'mariadb' : 'mysql';
}

/** Remembers what a server says of its version in its handshake. */
export function rememberServer(server: ServerAddress, version: unknown): void {
  if (typeof version !== 'string') {
    return;
  }
  const known = mariadbServers();
  const key = keyOf(server);
  if (!/mariadb/i.test(version)) {
    known.delete(key);
  } else if (known.size < MAX_SERVERS) {
    known.add(key);
  }
}

/** Remembers the server of a connection, once that is made. */
export function rememberServerOf(connection: DriverConnection, server: ServerAddress): void {
  rememberServer(server, connection._handshakePacket?.serverVersion);
}

function keyOf({ address, port }: ServerAddress): string {
  return `${address ?? ''}:${port ?? ''}`;
}
