import type { Attributes } from '@opentelemetry/api';

/** What a driver tells of an operation when it begins. */
export interface DatabaseCall {
  readonly query: DatabaseQuery;
  readonly server: DatabaseServer;
  /** For how long it has been under way when it is told of, in milliseconds; none by default. */
  readonly waitedMillis?: number | undefined;
  /** The network peer, where the driver knows it before the operation ends. */
  readonly peer?: { readonly address: string; readonly port: number | undefined } | undefined;
}

/** Where an operation goes. */
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
  /** The name of the span. */
  readonly name: string;
  /** What span and metrics have: `db.query.summary`, or `db.operation.name`. Few different values. */
  readonly attributes: Attributes;
  /** What the span alone has, such as `db.query.text`; asked for only when there is one. */
  readonly spanAttributes: () => Attributes;
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
