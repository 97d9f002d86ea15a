import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** The load goes away without its last answers; what is under way then belongs to what was measured. */
const SETTLE_MILLIS = 300;

const contender = await import(`../contenders/${process.env.BENCH_CONTENDER}.mjs`);

/** What the contender needs from the service: a plugin, a middleware, a module; the bare one needs nothing. */
export { contender };

let handled = 0;

/** Counts a request that reached its handler: as many spans have to arrive. */
export function countRequest() {
  handled += 1;
}

/**
 * Tells the runner where the service listens, and answers its questions.
 * @param {number} port
 */
export function report(port) {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const answers = {
    begin: () => {
      delay.reset();
      return usage();
    },
    usage: () => ({ ...usage(), loopDelayP99Millis: delay.percentile(99) / 1e6 }),
    flush: async () => {
      await sleep(SETTLE_MILLIS);
      await contender.flush?.();
      return { counts: contender.counts?.() };
    },
  };
  process.on('message', async (question) => {
    process.send({ question, ...(await answers[question]()) });
  });
  process.on('disconnect', () => process.exit());
  process.send({ question: 'ready', port });
}

function usage() {
  const { user, system } = process.cpuUsage();
  return { handled, cpuMicros: user + system, rssBytes: process.memoryUsage.rss() };
}
