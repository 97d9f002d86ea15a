import type { SettableOutgoingHeaders } from '../../outgoing/outgoing-call.js';
import { replaceOwnMethod } from '../../own-method.js';
import type { HeadersMessage, UndiciRequest } from './undici-messages.js';

/** The headers of a request of undici's that has not been sent. */
export class UndiciHeaders implements SettableOutgoingHeaders {
  constructor(private readonly request: UndiciRequest) {}

  get(name: string): string | undefined {
    const { headers } = this.request;
    if (typeof headers !== 'string' && !hasName(headers, name)) {
      return undefined;
    }
    const values = pairsOf(headers).filter(([key]) => key.toLowerCase() === name);
    return values.length === 0 ? undefined : values.flatMap(([, value]) => value).join(', ');
  }

  set(name: string, value: string): void {
    this.remove(name);
    const { request } = this;
    if (typeof request.addHeader === 'function') {
      request.addHeader(name, value);
    } else if (Array.isArray(request.headers)) {
      request.headers.push(name, value);
    }
  }

  all(): string[] {
    return pairsOf(this.request.headers).flatMap(([key, value]) => [value].flat().flatMap((text) => [key, text]));
  }

  /** Takes every header of a name out. */
  remove(name: string): void {
    const { headers } = this.request;
    const isOther = (key: string): boolean => key.toLowerCase() !== name.toLowerCase();
    if (this.get(name.toLowerCase()) === undefined) {
      return;
    }
    if (Array.isArray(headers)) {
      const others = pairsOf(headers).filter(([key]) => isOther(key));
      headers.splice(0, headers.length, ...others.flat());
    } else {
      const lines = headers.split('\r\n').filter((line) => isOther(line.slice(0, Math.max(line.indexOf(':'), 0))));
      this.request.headers = lines.join('\r\n');
    }
  }
}

/**
 * Lets each of these headers be in a request once: an instrumentation that hears of it later adds its own, and two
 * `traceparent` headers are none. The last one counts.
 */
export function keepSingle(request: UndiciRequest, names: ReadonlySet<string>): void {
  if (names.size === 0 || typeof request.addHeader !== 'function') {
    return;
  }
  const headers = new UndiciHeaders(request);
  replaceOwnMethod(
    request,
    'addHeader',
    (original) =>
      function addHeader(...args) {
        const name = String(args[0]);
        if (names.has(name.toLowerCase())) {
          headers.remove(name);
        }
        return original.apply(request, args);
      },
  );
}

/** The names and values of a response, in turn. */
export function responseHeaders({ headers }: HeadersMessage['response']): string[] {
  if (Array.isArray(headers)) {
    const parts: readonly (Buffer | string)[] = headers;
    return parts.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
  }
  return Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().flatMap((text) => [name, text]));
}

/** Most headers that are asked for are not there. */
function hasName(headers: readonly unknown[], name: string): boolean {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const key = String(headers[index]);
    if (key.length === name.length && key.toLowerCase() === name) {
      return true;
    }
  }
  return false;
}

function pairsOf(headers: UndiciRequest['headers']): [name: string, value: string | string[]][] {
  if (typeof headers === 'string') {
    return headers
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
  }
  const pairs: [string, string | string[]][] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    pairs.push([String(headers[index]), headers[index + 1] as string | string[]]);
  }
  return pairs;
}
