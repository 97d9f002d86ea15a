// Does nothing but being measured, in the main thread and in a worker, and ends by itself.
import { isMainThread, Worker } from 'node:worker_threads';
import { setupOtel } from '@otelier/core';

const otel = setupOtel({ serviceName: isMainThread ? 'main' : 'worker' });
globalThis.gc();
// A sample of the event loop's delay, and the entry of the collection, come with one of the next turns.
await new Promise((resolve) => setTimeout(resolve, 60));
await otel.flush();
if (isMainThread) {
  new Worker(new URL(import.meta.url));
}
