import { NotFoundException, type ArgumentsHost } from '@nestjs/common';
import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js';
import { guarded, sharedState } from '@otelier/core/adapter';
import { observationOfContext, type HttpRequest } from './observation-of-context.js';

type HandleException = (exception: Error, host: ArgumentsHost) => void;

interface Patch {
  readonly original: HandleException;
  readonly wrapper: HandleException;
  users: number;
}

/**
 * Records what middleware, guards, interceptors, pipes and handlers throw, before the exception filters answer it.
 *
 * Nest shows an exception to one filter only and has no public hook for all of them, so the one method that they all
 * pass through is wrapped. The wrapper records and passes on; the undo of the last application takes it off.
 *
 * @returns the undo
 */
export function observeExceptions(): () => void {
  const patches = sharedState('nestjs.exceptions', () => new Map<object, Patch>());
  const prototype: { next: HandleException } = ExceptionsHandler.prototype;
  const patch = patches.get(prototype) ?? applyPatch(prototype);
  patches.set(prototype, patch);
  patch.users += 1;
  let undone = false;
  return () => {
    if (undone) {
      return;
    }
    undone = true;
    patch.users -= 1;
    // Somebody else's wrapper around this one stays: without users this one passes everything on.
    if (patch.users === 0 && prototype.next === patch.wrapper) {
      prototype.next = patch.original;
      patches.delete(prototype);
    }
  };
}

function applyPatch(prototype: { next: HandleException }): Patch {
  const original = prototype.next;
  const wrapper: HandleException = function next(this: ExceptionsHandler, exception, host) {
    record(exception, host);
    original.call(this, exception, host);
  };
  prototype.next = wrapper;
  return { original, wrapper, users: 0 };
}

const record = guarded('recording an exception', recordException);

function recordException(exception: unknown, host: ArgumentsHost): void {
  const observation = observationOfContext(host);
  observation?.recordError(exception);
  observation?.layers?.fail(exception);
  if (observation !== undefined && isNotFound(exception, host.switchToHttp().getRequest<HttpRequest>())) {
    observation.setUnrouted();
  }
}

/** Whether Nest's own handler for requests without a route has thrown; beneath a prefix it is a route of Express. */
function isNotFound(exception: unknown, { method, originalUrl }: HttpRequest): boolean {
  return exception instanceof NotFoundException && exception.message === `Cannot ${method} ${originalUrl}`;
}
