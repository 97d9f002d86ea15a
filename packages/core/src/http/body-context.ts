import type { IncomingMessage } from 'node:http';
import { context, type Context } from '@opentelemetry/api';

/**
 * Lets the listeners of a request's body run in the request's context.
 *
 * Node emits the events of a body from the socket, where no context is active; a body parser that goes on from there
 * would lose it. Only a request that has a body pays for this.
 */
export function keepContextInBody(request: IncomingMessage, within: Context): void {
  if (!hasBody(request)) {
    return;
  }
  const emit = request.emit.bind(request);
  request.emit = (...event: Parameters<typeof emit>): boolean => context.with(within, emit, undefined, ...event);
}

function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
