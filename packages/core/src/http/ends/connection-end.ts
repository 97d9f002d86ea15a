import type { Socket } from 'node:net';
import { heldState } from '../../shared-state.js';
import { isClientGone } from './client-gone.js';

/** Who broke an exchange off: the client, the server itself, or the server because nothing had come for too long. */
export type BreakOff = 'disconnected' | 'broken-off' | 'timed-out';

/** How a response ended: all of it was handed to the socket, or somebody broke it off before that. */
export type ResponseOutcome = 'completed' | BreakOff;

/** Told once how a response has ended, and the error with which the server itself broke it off. */
export type ResponseEnded = (outcome: ResponseOutcome, error: Error | undefined) => void;

/** What Node calls the errors that it makes of what a client has sent. */
const CLIENT_FAULT = /^(HPE_|ERR_SSL_|ERR_HTTP_REQUEST_TIMEOUT$|ERR_HTTP2_ERROR$)/;

/** The parts of a connection that tell how it ended; those of an injected request are missing. */
export type EndedSocket = Partial<Pick<Socket, 'readableEnded' | 'errored'>>;

interface Timeouts {
  readonly connections: WeakSet<object>;
  /** Whether there has ever been one: each request asks. */
  any: boolean;
}

const timeouts = heldState<Timeouts>('http.timeouts.v2', () => ({ connections: new WeakSet(), any: false }));

/** Remembers, until {@link forgetTimeout}, that a connection or a session was silent for longer than the server allows. */
export function noteTimeout(connection: object): void {
  const state = timeouts();
  state.any = true;
  state.connections.add(connection);
}

/** The connection is in use again. */
export function forgetTimeout(connection: object): void {
  const { any, connections } = timeouts();
  if (any) {
    connections.delete(connection);
  }
}

/** Whether {@link noteTimeout} was told of a connection. */
export function isTimedOut(connection: object | undefined): boolean {
  return connection !== undefined && timeouts().connections.has(connection);
}

/**
 * Tells who closed a connection of HTTP/1.
 *
 * A client that leaves ends what it sends, or resets the connection, which is an error of the socket. A socket with
 * neither was destroyed here.
 */
export function whoBroke(socket: EndedSocket | null | undefined): BreakOff {
  if (socket?.readableEnded !== false || isPeerError(socket.errored)) {
    return 'disconnected';
  }
  return isTimedOut(socket) ? 'timed-out' : 'broken-off';
}

/** Whether the error of a connection is the other side's doing, or the network's. Never throws. */
export function isPeerError(error: unknown): boolean {
  if (isClientGone(error)) {
    return true;
  }
  try {
    const { code, syscall } = (error ?? {}) as { readonly code?: unknown; readonly syscall?: unknown };
    return syscall === 'read' || syscall === 'write' || (typeof code === 'string' && CLIENT_FAULT.test(code));
  } catch {
    // A getter that throws: an error of the application's own.
    return false;
  }
}
