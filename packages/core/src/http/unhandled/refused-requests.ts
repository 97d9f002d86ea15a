import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** What Node publishes of each request of HTTP/1 that it has parsed. */
export interface RequestMessage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: IncomingMessage['socket'];
  readonly server: Server;
}

const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i;

/**
 * Whether Node answers a request without telling anybody: 400 for one without a Host, 417 for an expectation that no
 * listener knows.
 */
export function isRefusedByNode({ request, server }: RequestMessage): boolean {
  // Its text is made anew for each request, and comparing it costs as much as all else here.
  const { httpVersionMajor, httpVersionMinor, headers } = request;
  if (httpVersionMajor !== 1 || httpVersionMinor !== 1) {
    return false;
  }
  const { requireHostHeader } = server as { readonly requireHostHeader?: boolean };
  if (headers.host === undefined && requireHostHeader !== false) {
    return true;
  }
  const { expect } = headers;
  return expect !== undefined && !CONTINUE.test(expect) && server.listenerCount('checkExpectation') === 0;
}
