import type { Attributes } from '@opentelemetry/api';

/** What a driver tells of an operation when it begins. */
export interface DatabaseCall {
  readonly query: DatabaseQuery;
  readonly server: DatabaseServer;
  /** For how long it has been under way when it is told of, in milliseconds; none by default. */
  readonly waitedMillis?: number | undefined;
}

/** Where an operation goes. Must not change: a driver's connection can have the same object for all of its operations. */
export interface DatabaseServer {
  /** `db.system.name`, such as `postgresql`. */
  readonly system: string;
  /** `db.namespace` as the conventions of the system define it. */
  readonly namespace: string | undefined;
  /** A host name, an address, or the path of a socket. */
  readonly address: string | undefined;
  readonly port: number | undefined;
}

/** What an operation asks for, described without any value. */
export interface DatabaseQuery {
  /** The name of the span. Few different values. */
  readonly name: string;
  /** Which attribute of span and metrics has the name as well; `undefined` where it says nothing of the operation. */
  readonly nameAttribute: 'db.query.summary' | 'db.operation.name' | undefined;
  /** Whether what {@link addTo} reads can change, so that it is asked when the operation begins, and not when it ends. */
  readonly isChangeable: boolean;
  /** Adds what the span alone has, such as `db.query.text`; asked for only when somebody reads it. */
  addTo(attributes: Attributes): void;
}

/** How an operation failed, without anything that can hold a value. */
export interface DatabaseFailure {
  /** SQLSTATE, the server's error number or its code; `undefined` when the server did not answer. */
  readonly statusCode: string | undefined;
  /** `error.type` when there is no status code: a system error's code or the error's class. */
  readonly type: string;
}

/** How an operation ended. */
export interface DatabaseOutcome {
  readonly failure?: DatabaseFailure | undefined;
  /** The rows that were returned, where that is known. */
  readonly returnedRows?: number | undefined;
  /** `db.system.name`, where the server has told of itself only after the operation had begun. */
  readonly system?: string | undefined;
}
