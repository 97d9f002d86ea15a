import type { RequestFacts } from '@otelier/core/adapter';
import type { ExpressRequest } from './express-request.js';

/** What Express knows of a request: its `trust proxy` setting decides whether forwarded headers count. */
export function readRequestFacts(request: ExpressRequest): RequestFacts {
  return {
    scheme: request.protocol === 'https' ? 'https' : 'http',
    host: readHost(request),
    clientAddress: request.ip ?? request.socket.remoteAddress,
  };
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
