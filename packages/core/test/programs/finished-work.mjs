// Makes spans and a measurement and is done. Arguments: how it ends, and how long it waits before, in milliseconds.
import { metrics } from '@opentelemetry/api';
import { setupOtel, withSpan } from '@otelier/core';

const [ending, pauseMillis = '0'] = process.argv.slice(2);

setupOtel({
  serviceName: 'lifecycle',
  shutdownTimeoutMillis: Number(process.env['TEST_SHUTDOWN_TIMEOUT_MILLIS'] ?? 5000),
});
for (const number of Array(Number(process.env['TEST_SPANS'] ?? 3)).keys()) {
  withSpan(`span ${number}`, () => {});
}
metrics.getMeter('lifecycle').createCounter('work.done').add(1);

const endings = {
  'by itself': () => {},
  'by itself, beside a listener': () => process.on('beforeExit', () => console.log('beforeExit')),
  'with an exit code': () => {
    process.exitCode = 4;
  },
  'by process.exit()': () => process.exit(5),
  'by an error': () => {
    throw new Error('the work went wrong');
  },
};
if (pauseMillis === '0') {
  endings[ending]();
} else {
  setTimeout(() => endings[ending](), Number(pauseMillis));
}
