import type { ClientRequest } from 'node:http';
import type { HeaderSource, OutgoingCall, OutgoingHeaders, SettableOutgoingHeaders } from '../../outgoing/outgoing-call.js';

/** Headers as they can be given: by name to `setHeader`, or as a list when the request is made. */
export type HeaderList = readonly unknown[];

/** The headers of a request whose head has not been made. */
export class SettableHeaders implements SettableOutgoingHeaders {
  constructor(private readonly request: ClientRequest) {}

  get(name: string): string | undefined {
    return textOf(this.request.getHeader(name));
  }

  set(name: string, value: string): void {
    this.request.setHeader(name, value);
  }

  remove(name: string): void {
    this.request.removeHeader(name);
  }

  all(): HeaderSource {
    return this.request.getHeaders();
  }
}

/** The headers of a request that was given them as a list, in pairs or flat. The list itself stays as it is. */
export class ListedHeaders implements SettableOutgoingHeaders {
  private isChanged = false;

  private constructor(private pairs: readonly (readonly [name: unknown, value: unknown])[]) {}

  /** Reads a list; `undefined` for one that Node will refuse. */
  static read(list: HeaderList): ListedHeaders | undefined {
    if (!Array.isArray(list[0])) {
      return list.length % 2 === 0 ? new ListedHeaders(pairUp(list)) : undefined;
    }
    const pairs = list.filter((pair): pair is [unknown, unknown] => Array.isArray(pair) && pair.length >= 2);
    return pairs.length === list.length ? new ListedHeaders(pairs) : undefined;
  }

  get(name: string): string | undefined {
    const values = this.pairs.filter(([key]) => isName(key, name)).map(([, value]) => textOf(value));
    return values.length === 0 ? undefined : values.join(', ');
  }

  set(name: string, value: string): void {
    this.remove(name);
    this.pairs = [...this.pairs, [name, value]];
  }

  remove(name: string): void {
    this.isChanged = true;
    this.pairs = this.pairs.filter(([key]) => !isName(key, name));
  }

  all(): HeaderSource {
    return this.pairs.flatMap(([name, value]) => [String(name), textOf(value) ?? '']);
  }

  /** The list with what was set, in pairs; `undefined` when nothing was. */
  changed(): HeaderList | undefined {
    return this.isChanged ? this.pairs : undefined;
  }
}

/** The headers of a request whose head has been made into text before anybody was told of the request. */
class WrittenHeaders implements OutgoingHeaders {
  private readonly lines: readonly (readonly [name: string, value: string])[];

  constructor(head: string) {
    this.lines = head
      .split('\r\n')
      .slice(1)
      .map((line) => [line, line.indexOf(':')] as const)
      .filter(([, colon]) => colon > 0)
      .map(([line, colon]) => [line.slice(0, colon), line.slice(colon + 1).trim()]);
  }

  get(name: string): string | undefined {
    const values = this.lines.filter(([key]) => isName(key, name)).map(([, value]) => value);
    return values.length === 0 ? undefined : values.join(', ');
  }

  all(): HeaderSource {
    return this.lines.flat();
  }
}

/**
 * Describes a request.
 *
 * @param settable - its headers, where they have not been made into text already
 */
export function describeRequest(request: ClientRequest, settable: SettableOutgoingHeaders | undefined): OutgoingCall {
  const { method, path, protocol } = request;
  const headers = settable ?? new WrittenHeaders(headOf(request));
  return {
    method,
    scheme: protocol === 'https:' ? 'https' : 'http',
    ...addressOf(request, headers.get('host')),
    path,
    headers,
    settable,
  };
}

/**
 * Whom a request goes to is what the client connects to. The Host header tells the port beside it; one that names
 * another host can come from anywhere: a proxy passes on what its own client has sent.
 */
function addressOf({ host }: ClientRequest, header: string | undefined): Pick<OutgoingCall, 'authority' | 'isPortMissing'> {
  const address = bracketed(host);
  const named = header?.toLowerCase() ?? '';
  const isSame = named === address.toLowerCase() || named.startsWith(`${address.toLowerCase()}:`);
  return header !== undefined && isSame ? { authority: header } : { authority: address, isPortMissing: true };
}

function headOf(request: ClientRequest): string {
  const { _header: head } = request as { _header?: unknown };
  return typeof head === 'string' ? head : '';
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
  if (value === undefined || typeof value === 'string') {
    return value;
  }
  return ([value].flat() as string[]).join(', ');
}
