import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { OutgoingRequest } from '../../outgoing/outgoing-request.js';
import type { UndiciRequest } from './undici-messages.js';

/**
 * Ends a request that asks for an upgrade or a tunnel when it is answered: most versions of undici do not tell of that
 * answer. Nothing else is under way on its connection then. What they do tell, a refusal for example, comes first.
 */
export function watchUpgrade(request: UndiciRequest, socket: Socket, observed: OutgoingRequest): void {
  const isUpgrade = typeof request.upgrade === 'string' && request.upgrade !== '';
  if (!isUpgrade && request.method !== 'CONNECT') {
    return;
  }
  const settle = (isAnswered: boolean): void => {
    ignore('readable', answered);
    ignore('close', closed);
    if (isAnswered && isUpgrade) {
      observed.upgraded();
    }
    observed.end();
  };
  const closed = (): void => settle(false);
  const answered = (): void => {
    ignore('readable', answered);
    // undici reads the answer after this, in the same turn.
    setImmediate(settle, true);
  };
  // A stream's own on() and off() change whether it flows.
  const ignore = (event: string, listener: () => void): void =>
    void EventEmitter.prototype.removeListener.call(socket, event, listener);
  socket.prependListener('readable', answered);
  socket.prependListener('close', closed);
}
