import { context, type Context } from '@opentelemetry/api';
import type { UndiciRequest } from './undici-messages.js';

/** The object that gets the answer: of undici's API, of `fetch`, or one that retries or follows redirects. */
interface Handler {
  readonly handler?: unknown;
  readonly runInAsyncScope?: unknown;
}

/** Handlers within handlers; more are nobody's. */
const MAX_DEPTH = 8;

const symbols = new WeakMap<object, symbol | undefined>();

/** The handler that undici made a request for; `undefined` in versions that don't show it. */
export function handlerOf(request: UndiciRequest): object | undefined {
  const kind = Object.getPrototypeOf(request) as object;
  if (!symbols.has(kind)) {
    symbols.set(
      kind,
      Object.getOwnPropertySymbols(request).find(({ description }) => description === 'handler'),
    );
  }
  const symbol = symbols.get(kind);
  const handler: unknown = symbol === undefined ? undefined : Reflect.get(request, symbol);
  return typeof handler === 'object' && handler !== null ? handler : undefined;
}

/**
 * The context of whoever made a request. A pool makes the request only when it has a connection for it, within another
 * request's; but the handlers of undici's own functions are asynchronous resources that know where they come from.
 *
 * @returns `undefined` where only the active context is known
 */
export function callerOf(handler: object | undefined): Context | undefined {
  let current: unknown = handler;
  for (let depth = 0; depth < MAX_DEPTH && typeof current === 'object' && current !== null; depth += 1) {
    const { runInAsyncScope, handler: inner } = current as Handler;
    if (typeof runInAsyncScope === 'function') {
      return runInAsyncScope.call(current, () => context.active()) as Context;
    }
    current = inner;
  }
  return undefined;
}
