import { withSpan } from '@otelier/core';
import { setupTestTelemetry, type TestTelemetry } from '@otelier/core/testing';
import { otelPlugin } from '@otelier/fastify';
import fastify from 'fastify';

let telemetry: TestTelemetry;

beforeAll(() => {
  telemetry = setupTestTelemetry({ outgoing: false });
});

afterAll(() => telemetry.shutdown());

describe('telemetry for tests', () => {
  it('sees the requests that are injected into a Fastify application', async () => {
    const app = fastify();
    await app.register(otelPlugin, { otel: { serviceName: 'shop' } });
    app.get('/orders/:id', () => withSpan('charge', () => ({ paid: true })));
    await app.inject('/orders/17');
    await telemetry.expectTrace({
      name: 'GET /orders/:id',
      kind: 'SERVER',
      attributes: { 'http.response.status_code': 200 },
      children: [{ name: 'charge' }],
    });
    const metrics = await telemetry.getMetrics();
    expect(metrics.find(({ name }) => name === 'http.server.request.duration')?.points).toMatchObject([{ count: 1 }]);
    await app.close();
  });
});
