/** A process that sends the requests: the load takes its processor time elsewhere than the service and the runner. */
import autocannon from 'autocannon';
import { sendPaced } from './paced-load.mjs';

process.on('message', async (load) => {
  const result = await (load.rate ? sendPaced(load) : sendAll(load));
  process.send({ question: 'load', ...result });
});
process.on('disconnect', () => process.exit());
process.send({ question: 'ready' });

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
