import type { DatabaseServer } from '../../database/database-call.js';
import { objectNotes } from '../../given-object.js';

/** What a client of node-postgres says of its connection, before and after it is open. */
interface ClientFacts {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
  readonly connectionParameters?: { readonly options?: unknown };
}

/** Options that are longer are not searched. */
const MAX_OPTIONS_LENGTH = 4096;

/** Of several settings the server takes the last one; a backslash keeps the character behind it. */
const SEARCH_PATH = /(?:^|\s)(?:-c\s*|--)search[_-]path\s*=\s*((?:\\.|[^\\\s])*)/gi;

/** What a client said when it was read last, and what that means. */
interface ReadFacts {
  readonly host: unknown;
  readonly port: unknown;
  readonly database: unknown;
  readonly options: unknown;
  readonly server: DatabaseServer;
}

/** Each statement asks for that of its client. */
const readFacts = objectNotes<object, ReadFacts>();

/**
 * Where a client's statements go: the same object for as long as the client says the same.
 *
 * The namespace is the database and, where the connection's own options tell it, the schema. Every other way to learn
 * the schema is a call over the network, and the conventions omit a part that is missing, with its separator.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/postgresql/
 */
export function clientServer(client: object): DatabaseServer {
  const { host, port, database, connectionParameters } = client as ClientFacts;
  const options = connectionParameters?.options;
  const known = readFacts.get(client);
  if (
    known !== undefined &&
    known.host === host &&
    known.port === port &&
    known.database === database &&
    known.options === options
  ) {
    return known.server;
  }
  const server = readServer(client);
  readFacts.set(client, { host, port, database, options, server });
  return server;
}

function readServer(client: ClientFacts): DatabaseServer {
  const { host, port, database, connectionParameters } = client;
  const namespace = [text(database), schemaOf(connectionParameters?.options)].filter((part) => part !== undefined);
  const address = text(host);
  const portNumber = typeof port === 'number' && Number.isInteger(port) ? port : undefined;
  // The socket's file has the port in its name; there is none on the network.
  const isSocket = address?.startsWith('/') === true;
  return {
    system: 'postgresql',
    namespace: namespace.length === 0 ? undefined : namespace.join('|'),
    address: isSocket && portNumber !== undefined ? `${address}/.s.PGSQL.${portNumber}` : address,
    port: isSocket ? undefined : portNumber,
  };
}

/** The first schema of the search path; `$user` names one that only the server knows. */
function schemaOf(options: unknown): string | undefined {
  if (typeof options !== 'string' || options.length > MAX_OPTIONS_LENGTH) {
    return undefined;
  }
  const path = [...options.matchAll(SEARCH_PATH)].at(-1)?.[1]?.replaceAll(/\\(.)/g, '$1');
  const first = path?.split(',', 1)[0]?.trim();
  const schema = first?.startsWith('"') === true ? first.replaceAll('"', '') : first?.toLowerCase();
  return schema === undefined || schema === '' || schema === '$user' ? undefined : schema;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
