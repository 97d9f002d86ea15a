import otelPlugin from '@otelier/fastify';
import Fastify, { LogController } from 'fastify';
import { openDatabase } from './database.js';
import { reserve } from './reservation.js';

const reservationSchema = {
  body: {
    type: 'object',
    required: ['quantity'],
    properties: { quantity: { type: 'integer', minimum: 1 } },
  },
};

/**
 * The inventory's routes.
 * @param {string} databaseUrl
 */
export async function createApp(databaseUrl) {
  const logController = new LogController({ disableRequestLogging: true });
  const fastify = Fastify({ logger: true, logController });
  await fastify.register(otelPlugin);

  const pool = await openDatabase(databaseUrl, (error) => fastify.log.error(error));
  fastify.addHook('onClose', () => pool.end());

  fastify.get('/products/:id', async (request, reply) => {
    const { rows } = await pool.query('SELECT id, name, price_cents, stock FROM shop.products WHERE id = $1', [
      request.params.id,
    ]);
    return rows[0] ?? reply.code(404).send({ message: `No product ${request.params.id}` });
  });

  fastify.post('/products/:id/reservations', { schema: reservationSchema }, async (request, reply) => {
    const reservation = await reserve(pool, request.params.id, request.body.quantity);
    if (!reservation) {
      return reply.code(409).send({ message: `Not enough of ${request.params.id} in stock` });
    }
    request.log.info({ product: request.params.id, left: reservation.stock }, 'stock reserved');
    return reply.code(201).send(reservation);
  });

  // A report that takes its time: the query shows where the time goes.
  fastify.get('/report', async () => {
    const { rows } = await pool.query('SELECT sum(stock)::int AS stock, pg_sleep(0.4)::text FROM shop.products');
    return { stock: rows[0].stock };
  });

  // A table that a migration has forgotten: the database's error goes all the way up.
  fastify.get('/warehouses', async () => {
    const { rows } = await pool.query('SELECT name FROM shop.warehouses WHERE country = $1', ['JP']);
    return rows;
  });

  return fastify;
}
