import { guarded } from '../../diagnostics/guarded.js';
import type { DriverConnection } from './driver-objects.js';

/** What a query has for an error whose connection the application itself has closed. */
const CONNECTION_CLOSED = { code: 'PROTOCOL_CONNECTION_LOST' };

/** A query that has not ended. */
export interface OpenQuery {
  end(error: unknown): void;
}

interface OpenQueries {
  readonly queries: Set<OpenQuery>;
  readonly stopWatching: () => void;
}

const connections = new WeakMap<DriverConnection, OpenQueries>();

/**
 * Ends a query with its connection, should that come first: the driver tells only commands with a callback of that,
 * and nobody when the application has closed the connection.
 */
export function endWithConnection(query: OpenQuery, connection: DriverConnection): void {
  const open = connections.get(connection) ?? watch(connection);
  connections.set(connection, open);
  open.queries.add(query);
}

/** A query has ended by itself. */
export function forgetQuery(query: OpenQuery, connection: DriverConnection): void {
  const open = connections.get(connection);
  if (open?.queries.delete(query) && open.queries.size === 0) {
    open.stopWatching();
    connections.delete(connection);
  }
}

/** Why a connection takes no more commands. */
export function connectionError({ _fatalError, _protocolError }: DriverConnection): unknown {
  return _fatalError ?? _protocolError ?? CONNECTION_CLOSED;
}

function watch(connection: DriverConnection): OpenQueries {
  const queries = new Set<OpenQuery>();
  const { stream } = connection;
  // Behind the driver's own listener, which finds out why and tells the callbacks.
  const onClose = guarded('ending the queries of a connection', () =>
    queries.forEach((query) => query.end(connectionError(connection))),
  );
  stream?.on?.('close', onClose);
  return { queries, stopWatching: () => stream?.removeListener?.('close', onClose) };
}
