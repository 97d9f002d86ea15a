import type { Attributes } from '@opentelemetry/api';
import { HeldSeries } from '../metrics/held-series.js';
import type { DatabaseQuery, DatabaseServer } from './database-call.js';

/** What all operations of one name on one server have in common, made once. */
export interface OperationKind {
  readonly nameAttribute: DatabaseQuery['nameAttribute'];
  /** What span and metrics have: the server, and the name. Must not be changed. */
  readonly attributes: Readonly<Attributes>;
  /** Of the histogram of durations, for those that do not fail. */
  readonly series: HeldSeries;
}

interface ServerKinds {
  readonly server: DatabaseServer;
  /** By the operations' names. */
  readonly kinds: Map<string, OperationKind>;
}

interface KnownKinds {
  /** The first servers, which are found by comparing them. */
  readonly first: ServerKinds[];
  /** The others, by a text of all that they are. */
  readonly others: Map<string, ServerKinds>;
  /** How many more kinds are kept. */
  room: number;
}

/** Comparing a few servers is faster than any table, and most programs have one. */
const MAX_COMPARED = 4;

/** Tenants can have a database each. Beyond that, what operations have in common is made for each of them. */
const MAX_SERVERS = 1000;

/** As many as a histogram may have series: tables and commands can be named at run time. */
const MAX_KINDS = 2000;

/** Of this copy of the package alone: another one, or another version, has series of its own classes. */
const knownKinds: KnownKinds = { first: [], others: new Map(), room: MAX_KINDS };

/** What an operation has in common with all others of its name on its server. */
export function operationKind(server: DatabaseServer, query: DatabaseQuery): OperationKind {
  const kinds = kindsOf(knownKinds, server);
  const known = kinds?.get(query.name);
  if (known !== undefined && known.nameAttribute === query.nameAttribute) {
    return known;
  }
  const kind = createKind(server, query);
  if (kinds !== undefined && known === undefined && knownKinds.room > 0) {
    knownKinds.room -= 1;
    kinds.set(query.name, kind);
  }
  return kind;
}

function kindsOf({ first, others }: KnownKinds, server: DatabaseServer): Map<string, OperationKind> | undefined {
  for (const known of first) {
    if (known.server === server || isSame(known.server, server)) {
      return known.kinds;
    }
  }
  const added = { server, kinds: new Map<string, OperationKind>() };
  if (first.length < MAX_COMPARED) {
    first.push(added);
    return added.kinds;
  }
  const { system, namespace, address, port } = server;
  const key = JSON.stringify([system, namespace, address, port]);
  const known = others.get(key);
  if (known === undefined && others.size < MAX_SERVERS) {
    others.set(key, added);
    return added.kinds;
  }
  return known?.kinds;
}

function isSame(one: DatabaseServer, other: DatabaseServer): boolean {
  return (
    one.address === other.address &&
    one.port === other.port &&
    one.namespace === other.namespace &&
    one.system === other.system
  );
}

function createKind({ system, namespace, address, port }: DatabaseServer, { name, nameAttribute }: DatabaseQuery): OperationKind {
  const known = {
    'db.system.name': system,
    'db.namespace': namespace,
    'server.address': address,
    'server.port': port,
    ...(nameAttribute === undefined ? {} : { [nameAttribute]: name }),
  };
  const attributes: Attributes = Object.fromEntries(
    Object.entries(known).filter(([, value]) => value !== undefined && value !== ''),
  );
  return { nameAttribute, attributes, series: new HeldSeries(attributes) };
}
