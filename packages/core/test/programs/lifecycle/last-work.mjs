// Work that ends when the process does, traced only where it fails. Arguments: the work, `ratio` to trace all of it.
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { runScript, setupOtel, withSpan } from '@otelier/core';

const [way, share] = process.argv.slice(2);
if (way === 'work that ends in a listener for beforeExit') {
  // Before the set-up, and so before its listeners.
  process.on('beforeExit', () => {
    console.log('beforeExit');
    fail(begin());
  });
}
setupOtel({
  serviceName: 'lifecycle',
  ...(share === 'all' ? {} : { sampling: { ratio: 0, keepErrors: true, keepSlowerThanMillis: 60_000 } }),
});
const tracer = trace.getTracer('lifecycle');

/** A trace of which a part has ended. */
function begin() {
  const root = tracer.startSpan('root');
  tracer.startSpan('part', {}, trace.setSpan(context.active(), root)).end();
  return root;
}

function fail(span) {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

const ways = {
  'work that ends in a listener for beforeExit': () => {},
  'a script that exits, beside a listener': () => {
    process.on('exit', () => {});
    return runScript('script', () => {
      withSpan('part', () => {});
      process.exit(3);
    });
  },
  'a script that exits, beside a listener that exits': () => {
    process.on('exit', () => process.exit(4));
    return runScript('script', () => {
      withSpan('part', () => {});
      process.exit(3);
    });
  },
  'work that fails behind beforeExit': () => {
    const root = begin();
    process.once('beforeExit', () => setTimeout(() => fail(root), 5));
  },
  'work that succeeds behind beforeExit': () => {
    const root = begin();
    process.once('beforeExit', () => setTimeout(() => root.end(), 5));
  },
  'work that fails in an exit listener, by itself': () => {
    const root = begin();
    process.on('exit', () => fail(root));
  },
  'work that fails in an exit listener, by process.exit()': () => {
    const root = begin();
    process.on('exit', () => fail(root));
    process.exit(3);
  },
  'work that fails in an exit listener, by an error': () => {
    const root = begin();
    process.on('exit', () => fail(root));
    throw new Error('nobody catches this');
  },
  'work that fails in an exit listener, by process.reallyExit()': () => {
    fail(begin());
    process.reallyExit(3);
  },
};

await ways[way]();
