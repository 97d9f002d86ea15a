import { isIP } from 'node:net';
import { parseUrl } from '../../text/url-parsing.js';
import type { UndiciRequest } from './undici-messages.js';

/** A name in printable ASCII, with or without a port. */
const NAMED = /^(?=[!-~]+$)([^:/?#@[\]\\]{1,255})(?::\d{1,5})?$/;

/**
 * Host and port that a request is for. undici's DNS interceptor has put an address in the place of the name, which is
 * left in the `host` header; where the origin is a name, that header decides nothing, as it can be anybody's.
 */
export function addressedHost({ origin, host }: UndiciRequest): string {
  const { host: authority, hostname, port } = new URL(origin);
  const name = isAddress(hostname) ? nameIn(host) : undefined;
  if (name === undefined) {
    return authority;
  }
  return port === '' ? name : `${name}:${port}`;
}

/** The name in a `host` header, which can be any text. */
function nameIn(host: string | null | undefined): string | undefined {
  const hostname = parseUrl(`http://${NAMED.exec(host ?? '')?.[1] ?? ''}`)?.hostname;
  return hostname === undefined || isAddress(hostname) ? undefined : hostname;
}

/** IPv6 with or without its brackets. */
function isAddress(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, '')) !== 0;
}
