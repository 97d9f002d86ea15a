import type { EventEmitter } from 'node:events';
import { methodOwner } from '../loading/wrapped-methods.js';

/** What an integration reads of a connection's settings. */
export interface DriverConfig {
  readonly database?: unknown;
  readonly host?: unknown;
  readonly port?: unknown;
  readonly socketPath?: unknown;
}

/** What is read of a connection, of any version: all of it can be missing. */
export interface DriverConnection extends EventEmitter {
  readonly config?: DriverConfig;
  readonly stream?: Partial<EventEmitter>;
  /** What the server has told of itself. */
  readonly _handshakePacket?: { readonly serverVersion?: unknown } | null;
  readonly _fatalError?: unknown;
  readonly _protocolError?: unknown;
}

/** What is read of a command, which is a query, a prepared statement's execution, or something that is no statement. */
export interface DriverCommand extends EventEmitter {
  readonly sql?: unknown;
  /** An execution has it as its own from the beginning: what was prepared before, or `undefined`. */
  readonly statement?: { readonly query?: unknown };
  readonly values?: unknown;
  /** What the server has told of itself, of the command that makes a connection; `null` until then. */
  readonly handshake?: { readonly serverVersion?: unknown } | null;
  /** Where it has one, the answer comes by it alone; else by events. */
  onResult?: unknown;
}

/** The text of a statement; `undefined` for a command that is none. */
export function statementText(command: DriverCommand): string | undefined {
  const text = command.sql ?? command.statement?.query;
  return typeof text === 'string' ? text : undefined;
}

/** Whether a command sends its text, and not the number of a prepared statement. */
export function isTextQuery(command: DriverCommand): boolean {
  return !('statement' in command);
}

/** The prototype that owns a method of a class: newer versions keep theirs in a base class. */
export function ownerOf(driverClass: unknown, method: string): object | undefined {
  return methodOwner((driverClass as { readonly prototype?: unknown } | undefined)?.prototype, method);
}
