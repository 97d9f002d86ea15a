/** A process that sends the requests: the load takes its processor time elsewhere than the service and the runner. */
import autocannon from 'autocannon';
import { sendPaced } from './paced-load.mjs';

process.on('message', async (load) => {
  const result = await awake(load.rate ? sendPaced(load) : sendAll(load));
  process.send({ question: 'load', ...result });
});
process.on('disconnect', () => process.exit());
process.send({ question: 'ready' });

/**
 * Never sleeps until work is done. An answer to a client that waits in the kernel has to wake it, which the service pays
 * for, on a virtual machine with more time than anything else; a service that is quicker than its client never does.
 */
async function awake(work) {
  let isDone = false;
  const spin = () => {
    if (!isDone) {
      setImmediate(spin);
    }
  };
  spin();
  try {
    return await work;
  } finally {
    isDone = true;
  }
}

/** As many requests as the service answers. */
async function sendAll({ url, connections, seconds }) {
  const result = await autocannon({ url, connections, duration: seconds });
  return {
    answered: result['2xx'],
    failed: result.non2xx + result.errors + result.timeouts,
    p50Millis: result.latency.p50,
    p99Millis: result.latency.p99,
    seconds: result.duration,
  };
}
