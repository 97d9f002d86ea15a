import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { plainFacts, watchServer, type FrameworkGuess, type ResolvedRequestOptions, type ServerWatcher } from '@otelier/core/adapter';
import type { ExpressApplication, ExpressRequest } from './express-request.js';
import { readRequestFacts } from './request-facts.js';
import { SCOPE } from './version.js';

/**
 * How the requests of a server are observed that never reach the application: by its own proxy trust.
 *
 * @param app - the application that the server's requests go to
 */
export function describeServer(app: ExpressApplication | undefined, options: ResolvedRequestOptions): ServerWatcher {
  return { scope: SCOPE, options, guess: (request) => viewRequest(app, request) };
}

/**
 * Observes the requests of a server that never reach its application.
 *
 * @returns the undo; `undefined` when the server is observed already
 */
export function watchExpressServer(
  server: EventEmitter,
  app: ExpressApplication,
  options: ResolvedRequestOptions,
): (() => void) | undefined {
  return watchServer(server, describeServer(app, options));
}

/** The request as the application would see it; its own prototype is left as it is. */
function viewRequest(app: ExpressApplication | undefined, request: IncomingMessage): FrameworkGuess {
  const { method, url, headers, socket } = request;
  if (app?.request === undefined) {
    return { request, facts: plainFacts(request) };
  }
  const view = Object.create(app.request) as ExpressRequest;
  Object.assign(view, { method, url, originalUrl: url, headers, socket });
  return { request: view, facts: readRequestFacts(view) };
}
