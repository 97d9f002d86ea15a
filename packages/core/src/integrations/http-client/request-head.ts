import type { ClientRequest } from 'node:http';
import type { HeaderSource, OutgoingCall, OutgoingHeaders } from '../../outgoing/outgoing-call.js';

/** Headers as they can be given: by name to `setHeader`, or as a list when the request is made. */
export type HeaderList = readonly unknown[];

/** The headers of a request whose head has not been made. */
export class SettableHeaders implements OutgoingHeaders {
  constructor(private readonly request: ClientRequest) {}

  get(name: string): string | undefined {
    return textOf(this.request.getHeader(name));
  }

  set(name: string, value: string): void {
    this.request.setHeader(name, value);
  }

  all(): HeaderSource {
    return this.request.getHeaders();
  }
}

/** The headers of a request that was given them as a list, in pairs or flat. The list itself stays as it is. */
export class ListedHeaders implements OutgoingHeaders {
  private isChanged = false;

  private constructor(
    private pairs: readonly (readonly [name: unknown, value: unknown])[],
    private readonly isFlat: boolean,
  ) {}

  /** Reads a list; `undefined` for one that Node will refuse. */
  static read(list: HeaderList): ListedHeaders | undefined {
    if (!Array.isArray(list[0])) {
      return list.length % 2 === 0 ? new ListedHeaders(pairUp(list), true) : undefined;
    }
    const pairs = list.filter((pair): pair is [unknown, unknown] => Array.isArray(pair) && pair.length >= 2);
    return pairs.length === list.length ? new ListedHeaders(pairs, false) : undefined;
  }

  get(name: string): string | undefined {
    const values = this.pairs.filter(([key]) => isName(key, name)).map(([, value]) => textOf(value));
    return values.length === 0 ? undefined : values.join(', ');
  }

  set(name: string, value: string): void {
    this.isChanged = true;
    this.pairs = [...this.pairs.filter(([key]) => !isName(key, name)), [name, value]];
  }

  all(): HeaderSource {
    return this.pairs.flatMap(([name, value]) => [String(name), textOf(value) ?? '']);
  }

  /** The list with what was set, in the form that it was given in; `undefined` when nothing was. */
  changed(): HeaderList | undefined {
    if (!this.isChanged) {
      return undefined;
    }
    return this.isFlat ? this.pairs.flat() : this.pairs;
  }
}

/** Describes a request whose headers can still be set, or have been made into text already. */
export function describeRequest(request: ClientRequest, headers: OutgoingHeaders | undefined): OutgoingCall {
  const { method, path, protocol, host } = request;
  return {
    method,
    scheme: protocol === 'https:' ? 'https' : 'http',
    authority: headers?.get('host') ?? hostOf(request) ?? bracketed(host),
    path,
    headers,
  };
}

/** The head of a request can have been made before anybody is told of the request. */
function hostOf(request: ClientRequest): string | undefined {
  const { _header: head } = request as { _header?: unknown };
  return typeof head === 'string' ? /\r\nhost:[ \t]*([^\r\n]*)/i.exec(head)?.[1] : undefined;
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function pairUp(flat: HeaderList): [unknown, unknown][] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]] as [unknown, unknown]] : []));
}

function isName(key: unknown, name: string): boolean {
  return typeof key === 'string' && key.toLowerCase() === name;
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : ([value].flat() as string[]).join(', ');
}
