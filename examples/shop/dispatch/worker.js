import { bullmqTelemetry } from '@otelier/core';
import { Worker } from 'bullmq';
import { openDatabase, writeDown } from './database.js';
import { log } from './log.js';

const { REDIS_URL = 'redis://127.0.0.1:6379', DATABASE_URL = 'postgres://postgres@127.0.0.1:5432/postgres' } = process.env;

const pool = await openDatabase(DATABASE_URL, (error) => log.error(error));
const worker = new Worker('dispatch', sendParcel, {
  connection: { url: REDIS_URL },
  telemetry: bullmqTelemetry(),
});

worker.on('error', (error) => log.error(error));
await worker.waitUntilReady();
log.info('dispatch waiting for jobs');

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await worker.close();
    await pool.end();
  });
}

/** @param {import('bullmq').Job<{ orderId: string, product: string, quantity: number }>} job */
async function sendParcel({ data }) {
  await writeDown(pool, data);
  log.info({ orderId: data.orderId }, 'parcel on its way');
}
