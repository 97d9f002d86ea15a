// A worker that needs nothing else to be traced. Arguments: the queue, and where its jobs run.
import { fileURLToPath } from 'node:url';
import { bullmqTelemetry, withSpan } from '@otelier/core';
import { Worker } from 'bullmq';
import pg from 'pg';

const [queue, place] = process.argv.slice(2);
const connection = JSON.parse(process.env.TEST_REDIS);
const sandbox = fileURLToPath(new URL('bullmq-sandbox.cjs', import.meta.url));
const pool = new pg.Pool({ connectionString: process.env.TEST_DATABASE_URL, max: 1 });

async function processHere(job) {
  await withSpan('work', () => pool.query('SELECT 1 AS one'));
  if (job.name === 'failing') {
    throw new RangeError('out of stock');
  }
}

const worker = new Worker(queue, place === 'here' ? processHere : sandbox, {
  connection,
  telemetry: bullmqTelemetry(),
  useWorkerThreads: place === 'thread',
});

worker.on('error', (error) => console.error(error));
await worker.waitUntilReady();
console.log('ready');
process.once('SIGTERM', async () => {
  await worker.close();
  await pool.end();
});
