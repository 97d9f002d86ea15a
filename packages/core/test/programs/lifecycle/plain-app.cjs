// An application that knows nothing of Otelier. Arguments: whether it starts a thread, calls the set-up, or exits.
const { isMainThread, Worker } = require('node:worker_threads');
const { trace } = require('@opentelemetry/api');

const ways = process.argv.slice(2);
trace.getTracer('app').startSpan(isMainThread ? 'main' : 'thread').end();
if (isMainThread) {
  if (ways.includes('thread')) {
    new Worker(__filename);
  }
  if (ways.includes('set-up')) {
    const { setupOtel } = require('@otelier/core');
    console.log(`listeners ${setupOtel() === setupOtel()} ${process.listenerCount('SIGTERM')}`);
  }
  if (ways.includes('exit')) {
    process.exit(3);
  }
}
