import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { parseUrl } from '../text/url-parsing.js';

/** A request that was answered, or failed, such that the client may send it again or follow it somewhere else. */
export interface Attempt {
  readonly method: string;
  readonly url: string;
  /** Where a redirect leads; `undefined` when the same request may come again. */
  readonly redirect: string | undefined;
  /** How often it had been sent before. */
  readonly resends: number;
  /** The context of whoever made it. */
  readonly caller: Context;
  readonly tick: number;
}

/** Those that few can be of at a time, so that a long-lived owner stays small. */
const MAX_ATTEMPTS = 32;

/** Longer ones are not remembered, in characters. */
const MAX_URL_LENGTH = 4096;

/** Outside any span unrelated requests meet; there a redirect is followed at once or not at all, in milliseconds. */
const ROOT_WINDOW_MILLIS = 1000;

/** A span can last as long as the process and poll within: what comes later is asked anew, in milliseconds. */
const WINDOW_MILLIS = 60_000;

/** Answers after which clients send the same request again: authentication, throttling, and failures of servers. */
const RETRIED = new Set([401, 407, 408, 421, 425, 429]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Whether a client may send a request again that was answered so. */
export function isRetried(statusCode: number): boolean {
  return RETRIED.has(statusCode) || statusCode >= 500;
}

/** Where an answer redirects to, absolute; `undefined` when it does not. */
export function redirectTarget(statusCode: number, location: string | undefined, url: string): string | undefined {
  const target = REDIRECTS.has(statusCode) && location !== undefined ? parseUrl(location, url) : undefined;
  return target && comparable(target);
}

/**
 * Knows which requests are sent again. Nothing tells of it, but attempts follow each other: in one and the same context,
 * or by one handler of a client's, the next one with the same method and URL after a failure, or with the URL that a
 * redirect named. Each attempt has one successor, so that requests side by side are not taken for one another's.
 */
export class Resends {
  private readonly attempts = new WeakMap<object, Attempt[]>();
  private readonly taken = new WeakSet<Attempt>();

  /**
   * Finds the attempt that a request follows, which no other one follows then.
   *
   * @param owners - the context, and what else of the client's makes the attempts of one request
   */
  take(owners: readonly object[], method: string, url: string): Attempt | undefined {
    for (const owner of owners) {
      const next = { method, url };
      const attempt = this.attempts
        .get(owner)
        ?.find((candidate) => !this.taken.has(candidate) && isFollowedBy(candidate, owner, next));
      if (attempt !== undefined) {
        this.taken.add(attempt);
        return attempt;
      }
    }
    return undefined;
  }

  /** Remembers an attempt that may have a successor. */
  add(owners: readonly object[], attempt: Attempt): void {
    if (attempt.url.length > MAX_URL_LENGTH) {
      return;
    }
    for (const owner of owners) {
      if (owner !== ROOT_CONTEXT || attempt.redirect !== undefined) {
        const open = (this.attempts.get(owner) ?? []).filter((known) => !this.taken.has(known));
        this.attempts.set(owner, [...open.slice(1 - MAX_ATTEMPTS), attempt]);
      }
    }
  }
}

function isFollowedBy(
  { method, url, redirect, tick }: Attempt,
  owner: object,
  next: { readonly method: string; readonly url: string },
): boolean {
  if (performance.now() - tick >= (owner === ROOT_CONTEXT ? ROOT_WINDOW_MILLIS : WINDOW_MILLIS)) {
    return false;
  }
  if (redirect === undefined) {
    return next.method === method && next.url === url;
  }
  const target = parseUrl(next.url);
  return target !== undefined && comparable(target) === redirect;
}

/** Neither a fragment nor user-info is sent as a part of the URL. */
function comparable(url: URL): string {
  url.hash = '';
  url.username = '';
  url.password = '';
  return url.href;
}
