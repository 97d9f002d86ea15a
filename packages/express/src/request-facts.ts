import type { RequestFacts } from '@otelier/core/adapter';
import type { ExpressRequest } from './express-request.js';

/** What Express knows of a request: its `trust proxy` setting decides whether forwarded headers count. */
export function readRequestFacts(request: ExpressRequest): RequestFacts {
  const { socket, headers } = request;
  if (trustsNobody(request)) {
    const isEncrypted = (socket as { readonly encrypted?: boolean }).encrypted === true;
    return { scheme: isEncrypted ? 'https' : 'http', host: headers.host, clientAddress: socket.remoteAddress };
  }
  return {
    scheme: request.protocol === 'https' ? 'https' : 'http',
    host: readHost(request),
    clientAddress: request.ip ?? socket.remoteAddress,
  };
}

/**
 * Whether the other end of the connection is no trusted proxy, which Express would find out for each of its getters anew:
 * they all tell what the connection and the Host header say then, unless the application has put others in their place.
 */
function trustsNobody(request: ExpressRequest): boolean {
  const trust = request.app?.settings?.['trust proxy fn'];
  const own = request.app?.request;
  return (
    typeof trust === 'function' &&
    trust(request.socket.remoteAddress, 0) === false &&
    !Object.hasOwn(request, 'ip') &&
    !(own !== undefined && Object.hasOwn(own, 'ip'))
  );
}

/** Express tells the trusted host's name; its port stands in the header that the name came from. */
function readHost(request: ExpressRequest): string | undefined {
  const { hostname } = request;
  const { host } = request.headers;
  if (hostname === undefined || hasName(host, hostname)) {
    return host;
  }
  const forwarded = String(request.headers['x-forwarded-host'] ?? '').split(',')[0]?.trim();
  return hasName(forwarded, hostname) ? forwarded : hostname;
}

function hasName(host: string | undefined, name: string): boolean {
  return host === name || host?.startsWith(`${name}:`) === true;
}
