import type { ServerResponse } from 'node:http';
import { reportInternalError } from '../diagnostics/report.js';
import type { HeaderSource } from '../redaction/header-capture.js';
import { sharedState } from '../shared-state.js';
import { http2StreamOf } from './ends/response-end.js';
import { givenHeaders, isNamed, withHeaders, type GivenHeader } from './head-arguments.js';
import { replaceOwnMethod } from '../own-method.js';

/** A header that an answer gets beside those of the application. */
export interface AddedHeader {
  /** In lower case. */
  readonly name: string;
  /**
   * The value that is sent in the place of the application's own, which is `''` where it has none.
   *
   * @returns `undefined` to leave that as it is: it tells the same already, or Node is to refuse it
   */
  readonly value: (present: unknown) => string | readonly string[] | undefined;
}

/** What is done with a response's headers when they are sent. */
export interface HeaderWatch {
  readonly add: readonly AddedHeader[];
  /** Whether {@link sentHeaders} is to know those that Node itself forgets. */
  readonly remember: boolean;
}

/**
 * Watches a response until its headers are sent, or the returned function is called.
 *
 * No header is moved between `setHeader` and `writeHead`: Node treats repeated names and lists of pairs otherwise in the
 * one than in the other, and the application would lose some of them.
 */
export function watchHeaders(response: ServerResponse, { add, remember }: HeaderWatch): () => void {
  if (response.headersSent) {
    return () => {};
  }
  const stop = replaceOwnMethod(
    response,
    'writeHead',
    (original) =>
      function writeHead(...given) {
        if (response.headersSent) {
          return Reflect.apply(original, this, given);
        }
        const args = attempt(() => withAdded(response, add, given)) ?? given;
        const result = Reflect.apply(original, this, args);
        // Nothing is sent when the client has left, and a call that throws may be followed by another.
        if (response.headersSent) {
          stop();
          if (remember) {
            attempt(() => rememberHeaders(response, args));
          }
        }
        return result;
      },
  );
  return stop;
}

/** The headers that a response was sent with, or has so far; without those that Node makes itself. */
export function sentHeaders(response: ServerResponse): HeaderSource {
  return forgottenHeaders().get(response) ?? response.getHeaders();
}

/** What `writeHead` is to be called with in the place of `args`, so that the headers are added. */
function withAdded(response: ServerResponse, add: readonly AddedHeader[], args: unknown[]): unknown[] {
  const given = add.length === 0 ? undefined : givenHeaders(args);
  const isHttp2 = http2StreamOf(response) !== undefined;
  const setNames = rawHeaderNames(response);
  // As soon as one header is set, Node sets the given ones too; in HTTP/2 it does so always.
  const isSet = isHttp2 || setNames.length > 0;
  if (given === undefined || (given.form === 'pairs' && isSet && !isHttp2)) {
    // This call throws, and it is the application that is to hear of it.
    return args;
  }
  const headers: GivenHeader[] = [...given.headers];
  let isOther = false;
  for (const { name, value } of add) {
    const index = headers.findLastIndex(([givenName]) => isNamed(givenName, name));
    const [givenName, present] = headers[index] ?? [name, (isSet ? response.getHeader(name) : undefined) ?? ''];
    const changed = value(present);
    if (changed === undefined) {
      continue;
    }
    if (index === -1 && isSet) {
      response.setHeader(setNames.find((setName) => isNamed(setName, name)) ?? name, changed);
      continue;
    }
    headers.splice(index === -1 ? headers.length : index, 1, [givenName, changed]);
    isOther = true;
  }
  return isOther ? withHeaders(args, { form: given.form, headers }) : args;
}

/** The names as they were set; those of HTTP/2 are in lower case. */
function rawHeaderNames(response: ServerResponse & { getRawHeaderNames?(): string[] }): string[] {
  return response.getRawHeaderNames?.() ?? response.getHeaderNames();
}

/** Node keeps headers that are handed to `writeHead` only when it merges them with others. */
function rememberHeaders(response: ServerResponse, args: readonly unknown[]): void {
  if (response.getHeaderNames().length === 0) {
    const headers = givenHeaders(args)?.headers ?? [];
    forgottenHeaders().set(
      response,
      headers.flatMap(([name, value]) => [value].flat().flatMap((item) => [String(name), String(item)])),
    );
  }
}

/** By response, as lists of names and values. */
function forgottenHeaders(): WeakMap<ServerResponse, readonly string[]> {
  return sharedState('http.forgotten-headers', () => new WeakMap());
}

/** Nothing is lost of an answer because of us. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    reportInternalError('response headers', error);
    return undefined;
  }
}
