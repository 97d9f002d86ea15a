import { randomUUID } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import { otelMiddleware } from '@otelier/express';
import express from 'express';
import { log } from './log.js';
import { callService } from './service-call.js';

/** What the caller did wrong is passed on with its status; everything else is the shop's own 500. */
const passedOn = new Set([400, 404, 409]);

/**
 * The shop's routes.
 * @param {{ inventoryUrl: string, paymentUrl: string, dispatch?: import('bullmq').Queue }} services
 */
export function createApp({ inventoryUrl, paymentUrl, dispatch }) {
  const inventory = { name: 'inventory', url: inventoryUrl };
  const payment = { name: 'payment', url: paymentUrl };
  const app = express();

  app.use(otelMiddleware());
  app.use(express.json());
  app.use(tellTraceId);

  app.post('/orders', async (request, response) => {
    const { product, quantity = 1 } = request.body ?? {};
    const reservation = await callService(inventory, `/products/${encodeURIComponent(product)}/reservations`, { quantity });
    const orderId = randomUUID();
    const charge = await callService(payment, '/payments', { orderId, amountCents: reservation.totalCents });
    await dispatch?.add('send parcel', { orderId, product, quantity });
    log.info({ orderId, product, quantity }, 'order placed');
    response.status(201).json({ orderId, ...reservation, ...charge });
  });

  app.get('/products/:id', async (request, response) => {
    response.json(await callService(inventory, `/products/${encodeURIComponent(request.params.id)}`));
  });

  app.get('/slow', async (_request, response) => {
    response.json(await callService(inventory, '/report'));
  });

  app.get('/broken', async (_request, response) => {
    response.json(await callService(inventory, '/warehouses'));
  });

  app.use(answerError);
  return app;
}

/** The id to look for in a trace viewer, told to the caller of every request. */
function tellTraceId(_request, response, next) {
  const span = trace.getActiveSpan();
  if (span) {
    response.set('x-trace-id', span.spanContext().traceId);
  }
  next();
}

function answerError(error, _request, response, next) {
  if (response.headersSent) {
    next(error);
    return;
  }
  const status = passedOn.has(error.status) ? error.status : 500;
  if (status === 500) {
    log.error({ err: error }, 'request failed');
  }
  response.status(status).json({ message: error.message });
}
