import { isIP } from 'node:net';
import { heldState } from '../../shared-state.js';
import { parseUrl } from '../../text/url-parsing.js';
import type { UndiciRequest } from './undici-messages.js';

/** A name in printable ASCII, with or without a port. */
const NAMED = /^(?=[!-~]+$)([^:/?#@[\]\\]{1,255})(?::\d{1,5})?$/;

/** Programs ask few origins; a crawler's further ones are read each time. */
const MAX_ORIGINS = 300;

/** Whom a request goes to. */
interface RequestOrigin {
  readonly scheme: 'http' | 'https';
  /** Host and port, as the origin has them. */
  readonly authority: string;
  readonly port: string;
  /** Whether the host is an address, and no name. */
  readonly isAddress: boolean;
}

const origins = heldState('integrations.undici.origins', () => new Map<string, RequestOrigin>());

/**
 * Reads the origin of a request.
 *
 * @throws TypeError where it is no URL
 */
export function requestOrigin({ origin }: UndiciRequest): RequestOrigin {
  const known = typeof origin === 'string' ? origins().get(origin) : undefined;
  if (known !== undefined) {
    return known;
  }
  const { protocol, host, hostname, port } = new URL(origin);
  const read: RequestOrigin = {
    scheme: protocol === 'https:' ? 'https' : 'http',
    authority: host,
    port,
    isAddress: isAddress(hostname),
  };
  if (typeof origin === 'string' && origins().size < MAX_ORIGINS) {
    origins().set(origin, read);
  }
  return read;
}

/**
 * Host and port that a request is for. undici's DNS interceptor has put an address in the place of the name, which is
 * left in the `host` header; where the origin is a name, that header decides nothing, as it can be anybody's.
 */
export function addressedHost(request: UndiciRequest, origin = requestOrigin(request)): string {
  const { authority, port } = origin;
  const name = origin.isAddress ? nameIn(request.host) : undefined;
  if (name === undefined) {
    return authority;
  }
  return port === '' ? name : `${name}:${port}`;
}

/** The name in a `host` header, which can be any text. */
function nameIn(host: string | null | undefined): string | undefined {
  const named = NAMED.exec(host ?? '')?.[1];
  // Most requests have none, and to refuse an empty one takes a URL longer than all the rest.
  const hostname = named === undefined ? undefined : parseUrl(`http://${named}`)?.hostname;
  return hostname === undefined || isAddress(hostname) ? undefined : hostname;
}

/** IPv6 with or without its brackets. */
function isAddress(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, '')) !== 0;
}
