import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { SpanKind } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { observing } from './watched-server.js';

const telemetry = new TelemetryProbe();

afterAll(() => telemetry.otel.shutdown());

/** Asks a server that observes a request when an event of its response has come, and leaves when it is told to. */
async function askLate(event: 'finish' | 'close', before: (response: ServerResponse, leave: () => void) => void): Promise<void> {
  const server = createServer((request, response) => {
    response.once(event, () => setImmediate(() => observing(() => {})(request, response)));
    before(response, () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET /late HTTP/1.1\r\nhost: a\r\n\r\n');
  await telemetry.waitFor((all) => all.length === 1);
  client.destroy();
  await once(server.close(), 'close');
}

afterEach(() => telemetry.clear());

describe('a request that is observed too late', () => {
  verifies('R7', 'has a span that ends at once where the answer has been sent already', async () => {
    await askLate('finish', (response) => response.end('answered'));
    const [span] = telemetry.spans();
    expect([span?.kind, span?.attributes['http.response.status_code']]).toEqual([SpanKind.SERVER, 200]);
    expect(span?.attributes).not.toHaveProperty('error.type');
  });

  verifies('R7', 'has a span that ends at once where the client has left already', async () => {
    await askLate('close', (_response, leave) => leave());
    const [span] = telemetry.spans();
    expect(span?.kind).toBe(SpanKind.SERVER);
    expect(span?.attributes).not.toHaveProperty('http.response.status_code');
  });
});
