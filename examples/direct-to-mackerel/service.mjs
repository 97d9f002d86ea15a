import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import { mackerel, setupOtel } from '@otelier/core';
import { otelMiddleware } from '@otelier/express';
import express from 'express';

// In production this is mackerel() alone: the key is MACKEREL_APIKEY, and both addresses are Mackerel's own.
const otel = setupOtel({
  serviceName: 'orders',
  destinations: [
    mackerel({
      endpoint: process.env['LOCAL_INTAKE'],
      metricsEndpoint: process.env['LOCAL_METRICS_INTAKE'],
    }),
  ],
});

const app = express();
app.use(otelMiddleware());

app.get('/orders/:id', (request, response) => {
  logs.getLogger('orders').emit({ severityNumber: SeverityNumber.INFO, body: `order ${request.params.id} was read` });
  response.json({ id: request.params.id });
});

// For the runner: what became of everything.
app.get('/health', async (_request, response) => {
  await otel.flush();
  response.json(otel.status());
});

const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
