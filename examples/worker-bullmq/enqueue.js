import { bullmqTelemetry, runScript } from '@otelier/core';
import { Queue } from 'bullmq';
import { connection, queueName } from './queue.js';

const pictures = process.argv.slice(2);

await runScript('upload pictures', async () => {
  const queue = new Queue(queueName, { connection, telemetry: bullmqTelemetry() });
  await queue.addBulk(
    pictures.map((picture) => ({
      name: 'make thumbnail',
      data: { picture },
      opts: { attempts: 2, backoff: { type: 'fixed', delay: 100 } },
    })),
  );
  await queue.close();
});

console.log(`${pictures.length} pictures wait for their thumbnails`);
