import { executionAsyncResource } from 'node:async_hooks';

let kept: object | undefined;

/**
 * Keeps the object of one `process.nextTick` alive, for good.
 *
 * V8 forgets the shape of these objects when a few garbage collections have met none of them, which comes to every
 * process, and sooner to one that makes more garbage. From then on each is made on a slow way that nothing leads back
 * from: a tick takes five times as long, and each request has between 2 and 25. As long as one of them lives, its shape
 * does.
 */
export function keepTick(): void {
  if (kept === undefined) {
    process.nextTick(() => {
      // Within a tick, the resource is the tick's own object.
      kept = executionAsyncResource();
    });
  }
}
