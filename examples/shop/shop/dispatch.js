import { bullmqTelemetry } from '@otelier/core';
import { Queue } from 'bullmq';
import { log } from './log.js';

/**
 * The queue of the dispatch: whoever takes its jobs goes on with the trace of the order.
 * @param {string} url of Redis
 */
export function openDispatch(url) {
  const queue = new Queue('dispatch', {
    connection: { url },
    telemetry: bullmqTelemetry(),
    defaultJobOptions: { removeOnComplete: true },
  });
  queue.on('error', (error) => log.error(error));
  return queue;
}
