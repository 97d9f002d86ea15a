import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { verifies } from '@otelier/testkit';
import { isServerSpan, TelemetryProbe } from '@otelier/testkit/conformance';
import { observing, serveWatched } from './watched-server.js';
import { serveRequests } from './served-request.js';

let telemetry: TelemetryProbe;

beforeEach(() => {
  telemetry = new TelemetryProbe();
});
afterEach(() => telemetry.otel.shutdown());

const serverAttributes = (): unknown => telemetry.spans().find(isServerSpan)?.attributes;

verifies('R3', 'describes a request as it came, whatever the handler does to its headers', async () => {
  const served = await serveRequests(
    ({ request, response }) => {
      request.headers['user-agent'] = 'changed';
      request.rawHeaders.length = 0;
      response.end();
    },
    { headers: { request: ['x-sent'] } },
  );
  await served.ask({ 'user-agent': 'sent/1', 'x-sent': 'yes' });
  await served.close();
  expect(serverAttributes()).toMatchObject({ 'user_agent.original': 'sent/1', 'http.request.header.x-sent': ['yes'] });
});

/** Asks, and leaves as soon as the handler has been called. */
async function leaveAfter(handle: (response: ServerResponse) => void): Promise<void> {
  const watched = await serveWatched();
  watched.server.on('request', observing((response) => {
    handle(response);
    client.destroy();
  }));
  const gone = once(watched.server, 'connection').then(([socket]: Socket[]) => socket && once(socket, 'close'));
  const client = connect(watched.port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
  await gone;
  await watched.close();
}

verifies('R3', 'knows the address of a client that has left', async () => {
  await leaveAfter(() => {});
  expect(serverAttributes()).toMatchObject({ 'network.peer.address': expect.stringContaining('127.0.0.1') });
});

verifies('R8', 'notices that a client leaves although the application has taken all listeners away', async () => {
  await leaveAfter((response) => {
    response.removeAllListeners('close');
    response.req.removeAllListeners('aborted');
  });
  expect(serverAttributes()).toMatchObject({ 'error.type': 'client_disconnected' });
});
