import type { IncomingMessage } from 'node:http';
import type { ArgumentsHost } from '@nestjs/common';
import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js';
import { observationOf, sharedState } from '@otelier/core/adapter';

type HandleException = (exception: Error, host: ArgumentsHost) => void;

interface Patch {
  readonly original: HandleException;
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
    if (patch.users === 0) {
      prototype.next = patch.original;
      patches.delete(prototype);
    }
  };
}

function applyPatch(prototype: { next: HandleException }): Patch {
  const original = prototype.next;
  prototype.next = function next(this: ExceptionsHandler, exception, host) {
    recordException(exception, host);
    original.call(this, exception, host);
  };
  return { original, users: 0 };
}

function recordException(exception: unknown, host: ArgumentsHost): void {
  if (host.getType() !== 'http') {
    return;
  }
  const request = host.switchToHttp().getRequest<IncomingMessage & { readonly raw?: IncomingMessage }>();
  observationOf(request.raw ?? request)?.recordError(exception);
}
