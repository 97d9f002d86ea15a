import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { withSpan } from '@otelier/core';
import { setupTestTelemetry, type TestTelemetry } from '@otelier/core/testing';
import { otelMiddleware } from '@otelier/express';
import express from 'express';

let telemetry: TestTelemetry;

beforeAll(() => {
  telemetry = setupTestTelemetry({ outgoing: false });
});

afterAll(() => telemetry.shutdown());

describe('telemetry for tests', () => {
  it('sees the requests of an Express application', async () => {
    const app = express();
    app.use(otelMiddleware({ otel: { serviceName: 'shop' } }));
    app.get('/orders/:id', (_request, response) => {
      withSpan('charge', () => response.json({ paid: true }));
    });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/orders/17`);
    const tree = await telemetry.expectTrace({
      name: 'GET /orders/:id',
      kind: 'SERVER',
      attributes: { 'http.response.status_code': 200 },
      children: [{ name: 'charge' }],
    });
    expect(tree.attributes['http.route']).toBe('/orders/:id');
    const metrics = await telemetry.getMetrics();
    expect(metrics.find(({ name }) => name === 'http.server.request.duration')?.points).toMatchObject([{ count: 1 }]);
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
});
