import type { Attributes } from '@opentelemetry/api';
import { SharedAttributes } from '../../tracing/attribute-parts.js';
import { parseHost, type RequestFacts } from './request-facts.js';

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** A server has few names, but clients can send any. Comparing a few is faster than any table. */
const MAX_KNOWN = 32;

/** Longer ones are worked out anew, in characters: what clients send must not fill the memory. */
const MAX_HOST_LENGTH = 256;

interface KnownServer {
  readonly method: string;
  readonly scheme: string;
  readonly host: string | undefined;
  readonly version: string | undefined;
  readonly attributes: SharedAttributes;
}

let known: KnownServer[] = [];

/** What requests with the same method to the same name of a server have in common. */
export function serverPart(method: string, facts: RequestFacts, version: string | undefined): SharedAttributes {
  const { scheme, host } = facts;
  for (const server of known) {
    if (server.host === host && server.method === method && server.scheme === scheme && server.version === version) {
      return server.attributes;
    }
  }
  const attributes = new SharedAttributes({
    'http.request.method': method,
    ...serverAttributes(facts),
    ...(version === undefined ? {} : { 'network.protocol.version': version }),
  });
  if (host === undefined || host.length <= MAX_HOST_LENGTH) {
    // Whoever sends new names all the time costs no more than without.
    known = known.length < MAX_KNOWN ? known : [];
    known.push({ method, scheme, host, version, attributes });
  }
  return attributes;
}

/** How the client has addressed the server. */
export function serverAttributes({ scheme, host }: Pick<RequestFacts, 'scheme' | 'host'>): Attributes {
  const server = parseHost(host);
  return {
    'url.scheme': scheme,
    ...(server === undefined ? {} : { 'server.address': server.address, 'server.port': server.port ?? DEFAULT_PORTS[scheme] }),
  };
}
