import type { IncomingMessage } from 'node:http';
import type { ResolvedHooks, ResolvedRequestOptions } from '../../options/resolved-request-options.js';
import type { RequestFacts } from '../facts/request-facts.js';

/** A request as a framework would show it to the application's functions, and what the framework would know of it. */
export interface FrameworkGuess {
  readonly request: object;
  readonly facts: RequestFacts;
}

/** How an adapter wants requests observed that never reach its framework. */
export interface ServerWatcher {
  readonly scope: { readonly name: string; readonly version: string };
  /** The hooks are not called: there is nothing of the framework's that they could be given. */
  readonly options: ResolvedRequestOptions;
  readonly guess: (request: IncomingMessage) => FrameworkGuess;
  /**
   * Whether every request of the server is the adapter's, also when the framework answers it without any hook.
   *
   * @default false
   */
  readonly observesAll?: boolean;
  /**
   * Whether the adapter is mounted below a prefix: then only what the framework hands to it is observed, since nobody
   * knows whether a request that reaches no handler belongs there.
   *
   * @default false
   */
  readonly isBelowPrefix?: boolean;
}

/** What Node itself knows of a request: forwarded headers do not count. */
export function plainFacts({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): RequestFacts {
  const isEncrypted = (socket as { readonly encrypted?: boolean } | null)?.encrypted === true;
  return { scheme: isEncrypted ? 'https' : 'http', host: headers.host, clientAddress: socket?.remoteAddress };
}

const NO_HOOKS: ResolvedHooks = Object.freeze({
  onRequest: undefined,
  onResponse: undefined,
  spanName: undefined,
  metricAttributes: undefined,
});

/** The watcher with options that call no hooks. */
export function withoutHooks(watcher: ServerWatcher): ServerWatcher {
  return { ...watcher, options: Object.freeze({ ...watcher.options, hooks: NO_HOOKS }) };
}
