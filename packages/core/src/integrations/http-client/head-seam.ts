import { ClientRequest } from 'node:http';
import { replaceOwnMethod, type AnyMethod } from '../../own-method.js';
import type { Undo } from '../integration.js';
import type { HeaderList } from './request-head.js';

/** What is done with every head; neither of the two throws. */
export interface HeadObserver {
  /**
   * Called before the head of a request is made.
   *
   * @param list - the headers, where the application gave them as a list
   * @returns the headers in place of the list; `undefined` where nothing changes
   */
  readonly before: (request: ClientRequest, list: HeaderList | undefined) => HeaderList | undefined;
  /** Called when Node refuses to make it. */
  readonly failed: (request: ClientRequest, error: unknown) => void;
}

/**
 * Hears of every request of `node:http` and `node:https` before its head is made. Before `http.client.request.created`
 * came, Node told of a request only when its head was gone. This is the one method that every head passes: those made by
 * the first write, by flushHeaders() and end(), and those made at once, for `Expect` and for headers in a list.
 */
export function watchHeads(observer: HeadObserver): Undo {
  let isWatched = true;
  const restore = replaceOwnMethod(
    ClientRequest.prototype,
    '_storeHeader',
    (original) =>
      function storeHeader(this: ClientRequest, firstLine: unknown, headers: unknown): void {
        if (!isWatched) {
          original.call(this, firstLine, headers);
          return;
        }
        const changed = observer.before(this, Array.isArray(headers) ? headers : undefined);
        try {
          // A request without any header has no place for one until the first is set.
          original.call(this, firstLine, changed ?? headers ?? allHeaders(this));
        } catch (error) {
          observer.failed(this, error);
          throw error;
        }
      } as AnyMethod,
  );
  return () => {
    isWatched = false;
    restore();
  };
}

function allHeaders(request: ClientRequest): unknown {
  const names = request.getHeaderNames();
  return names.length === 0 ? null : names.map((name) => [name, request.getHeader(name)]);
}
