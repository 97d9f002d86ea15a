import { sharedState } from '@otelier/core/adapter';

/** Remembers a handler as one of Otelier's own, which gets no span. */
export function markOwn<Handler extends object>(handler: Handler): Handler {
  ownHandlers().add(handler);
  return handler;
}

/** Whether a handler is one of Otelier's own. */
export function isOwn(handler: unknown): boolean {
  return typeof handler === 'function' && ownHandlers().has(handler);
}

function ownHandlers(): WeakSet<object> {
  return sharedState('express.own-handlers', () => new WeakSet());
}
