import { once } from 'node:events';
import { createServer, METHODS, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { finished } from 'node:stream/promises';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-node';
import { observeRequest, settleRequestOptions } from '@otelier/core/adapter';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe, type MeasuredPoint } from '@otelier/testkit/conformance';

const CONNECTIONS = 20;

// A flood takes two seconds where nothing else runs.
jest.setTimeout(30_000);

const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);

/** What Node's parser lets through; after CONNECT a connection is none of HTTP any more. */
const SENT_METHODS = METHODS.filter((method) => method !== 'CONNECT');

let telemetry: TelemetryProbe;
let server: Server;

/** Takes route and error from the request, as an application could do by mistake. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const observation = observeRequest(
    {
      request,
      response,
      facts: { scheme: 'http', host: request.headers.host, clientAddress: request.socket.remoteAddress },
      scope: { name: 'flooded', version: '0' },
      resolveRoute: () => (request.url?.startsWith('/routed') ? request.url : undefined),
    },
    settleRequestOptions('test', {}),
  );
  if (request.url?.startsWith('/failing')) {
    response.statusCode = 500;
    observation.recordError(Object.assign(new Error('failed'), { name: request.url }));
  }
  response.end();
}

beforeEach(async () => {
  telemetry = new TelemetryProbe({ sampler: new AlwaysOffSampler() });
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await telemetry.otel.shutdown();
});

/** Sends requests over connections that are kept alive, each with a path, a method and a host of its own. */
async function flood(count: number, path: (index: number) => string): Promise<void> {
  const ofConnection = count / CONNECTIONS;
  const { port } = server.address() as AddressInfo;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, connection) => {
      const socket = connect(port, '127.0.0.1').resume();
      for (let index = 1; index <= ofConnection; index += 1) {
        const number = connection * ofConnection + index;
        const method = SENT_METHODS[number % SENT_METHODS.length] ?? 'GET';
        const last = index === ofConnection ? 'Connection: close\r\n' : '';
        socket.write(`${method} ${path(number)} HTTP/1.1\r\nHost: host${number}.example\r\n${last}\r\n`);
      }
      return finished(socket);
    }),
  );
}

async function durations(count: number): Promise<readonly MeasuredPoint[]> {
  const points = await telemetry.metric('http.server.request.duration');
  expect(points.reduce((sum, point) => sum + point.count, 0)).toBe(count);
  return points;
}

describe('a flood of requests', () => {
  verifies('M8', 'leads to one series for each known method, whatever the paths, methods and hosts of 20,000 are', async () => {
    await flood(20_000, (index) => `/unknown/${index}?q=${index}`);
    const methods = new Set(SENT_METHODS.map((method) => (KNOWN_METHODS.has(method) ? method : '_OTHER')));
    const points = await durations(20_000);
    expect(new Set(points.map(({ attributes }) => attributes['http.request.method']))).toEqual(methods);
    expect(points).toHaveLength(methods.size);
    const active = await telemetry.metric('http.server.active_requests');
    expect(active.map(({ sum }) => sum)).toEqual([...methods].map(() => 0));
  });

  verifies('M8', 'leads to a bounded number of series when the application makes routes and errors of its requests', async () => {
    await flood(5000, (index) => (index % 2 === 0 ? `/routed/${index}` : `/failing/${index}`));
    const points = await durations(5000);
    expect(points.length).toBeLessThanOrEqual(2000);
    expect(new Set(points.map(({ attributes }) => attributes['http.route'])).size).toBeLessThanOrEqual(1001);
    expect(new Set(points.map(({ attributes }) => attributes['error.type'])).size).toBeLessThanOrEqual(102);
  });
});
