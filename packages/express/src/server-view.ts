import type { IncomingMessage } from 'node:http';
import { plainFacts, type FrameworkGuess, type ResolvedRequestOptions, type ServerWatcher } from '@otelier/core/adapter';
import type { ExpressApplication, ExpressRequest } from './express-request.js';
import { readRequestFacts } from './request-facts.js';
import { SCOPE } from './version.js';

/**
 * How the requests of a server are observed that never reach the application: by its own proxy trust.
 *
 * @param app - the application that the server's requests go to
 * @param isBelowPrefix - whether the middleware gets only those below a path
 */
export function describeServer(
  app: ExpressApplication | undefined,
  options: ResolvedRequestOptions,
  isBelowPrefix: boolean,
): ServerWatcher {
  return { scope: SCOPE, options, isBelowPrefix, guess: (request) => viewRequest(app, request) };
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
