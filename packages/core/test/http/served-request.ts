import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { observeRequest, settleRequestOptions, type RequestObservation, type RequestOptions } from '../../src/adapter.js';

/** What an observed handler works with. */
export interface ObservedExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly observation: RequestObservation;
}

/** A server that observes its requests as an adapter does, with a handler that runs in their context. */
export interface ServedRequests {
  ask(headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** @param around - calls what observes a request, for a test that prepares the context */
export async function serveRequests(
  handle: (exchange: ObservedExchange) => unknown,
  options: RequestOptions = {},
  around: (observe: () => void) => void = (observe) => observe(),
): Promise<ServedRequests> {
  const settled = settleRequestOptions('test', options);
  const listener: RequestListener = (request, response) =>
    around(() => {
      const facts = { scheme: 'http', host: request.headers.host, clientAddress: undefined } as const;
      const incoming = { request, response, facts, scope: { name: '@otelier/test', version: '0' }, resolveRoute: () => '/' };
      const observation = observeRequest(incoming, settled);
      observation.run(() => handle({ request, response, observation }));
    });
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    async ask(headers = {}) {
      const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { ...headers, connection: 'close' } });
      await answer.clone().text();
      return answer;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
