import { setupOtel } from '@otelier/core';
import otelPlugin from '@otelier/fastify';
import fastify from 'fastify';
import pino from 'pino';

// Every line carries its trace already; with `logs: true` its record is sent too.
setupOtel({ serviceName: 'orders', logs: true });

// The lines are written by a worker thread, as pino recommends; the records are taken before, in this one.
const logger = pino(pino.transport({ target: 'pino/file', options: { destination: 1 } }));
const app = fastify({ loggerInstance: logger });
await app.register(otelPlugin);

const orders = new Map([['7', { id: '7', product: 'tea', quantity: 2 }]]);

app.get('/orders/:id', (request) => {
  const order = orders.get(request.params.id);
  if (order === undefined) {
    throw Object.assign(new RangeError(`there is no order ${request.params.id}`), { statusCode: 404 });
  }
  request.log.info({ order }, 'order found');
  return order;
});

// The signal is left to Otelier: it finishes what is open, sends what waits, and then ends the process.
const address = await app.listen({ port: Number(process.env.PORT ?? 0), host: '127.0.0.1' });
process.send?.({ address });
