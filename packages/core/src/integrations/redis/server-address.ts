import type { DatabaseServer } from '../../database/database-call.js';

/** Where commands go, as a driver was told. */
export interface RedisEndpoint {
  /** A host, or the path of a socket. */
  readonly address: unknown;
  readonly port: unknown;
  /** The index of the database. */
  readonly database: unknown;
}

/** A server, without what is no address or no port: an option can hold anything. */
export function redisServer({ address, port, database }: RedisEndpoint): DatabaseServer {
  const isAddress = typeof address === 'string' && address !== '';
  const number = typeof port === 'string' ? Number(port) : port;
  const isPort = isAddress && typeof number === 'number' && Number.isInteger(number) && number > 0 && number < 65_536;
  const isIndex = typeof database === 'number' || typeof database === 'string';
  return {
    system: 'redis',
    namespace: isIndex ? String(database).slice(0, 16) : undefined,
    address: isAddress ? address : undefined,
    port: isPort ? number : undefined,
  };
}
