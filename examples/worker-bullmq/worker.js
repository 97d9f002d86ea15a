import { bullmqTelemetry } from '@otelier/core';
import { Worker } from 'bullmq';
import { connection, queueName } from './queue.js';

// The path of a file instead of a function: BullMQ runs it in processes of its own.
const worker = new Worker(queueName, new URL('make-thumbnail.js', import.meta.url), {
  connection,
  concurrency: 2,
  telemetry: bullmqTelemetry(),
});

worker.on('completed', (job, { thumbnail }) => console.log(`${thumbnail} made`));
worker.on('failed', (job, error) => console.log(`${job?.data.picture}, attempt ${job?.attemptsMade}: ${error.message}`));
worker.on('error', (error) => console.error(error));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => worker.close());
}

await worker.waitUntilReady();
console.log('waiting for pictures');
