import { errorMonitor, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { sharedState } from '../../src/shared-state.js';
import { observing } from './watched-server.js';

const telemetry = new TelemetryProbe();

afterAll(() => telemetry.otel.shutdown());

/** Sends requests in one piece, and hangs up when all of their spans have ended. */
async function pipeline(count: number, handle: (response: ServerResponse) => void, check: () => void): Promise<void> {
  const server = createServer(observing(handle)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(count));
  await telemetry.waitFor((all) => all.length === count);
  check();
  client.destroy();
  await once(server.close(), 'close');
}

afterEach(() => telemetry.clear());

describe('a response that has ended', () => {
  verifies('X7', 'is not kept by the connection over which it was requested ahead', async () => {
    const sockets = new Set<Socket>();
    const answer = (response: ServerResponse): void => {
      sockets.add(response.req.socket);
      setImmediate(() => response.end());
    };
    await pipeline(3, answer, () => {
      const queued = sharedState('http.queued-responses', () => new WeakMap<Socket, Set<unknown>>());
      expect([...sockets].map((socket) => queued.get(socket)?.size)).toEqual([0]);
    });
  });

  verifies('X7', 'leaves a stream alone that is piped into it afterwards', async () => {
    const source = new PassThrough();
    const listeners: number[] = [];
    const answer = (response: ServerResponse): void => {
      response.once('finish', () => {
        response.emit('pipe', source);
        listeners.push(source.listenerCount(errorMonitor));
      });
      response.end();
    };
    await pipeline(1, answer, () => {});
    expect(listeners).toEqual([0]);
  });
});
