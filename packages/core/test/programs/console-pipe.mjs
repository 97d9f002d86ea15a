// Prints traces until nobody reads them any more, goes on, and then fails by its own output, as without Otelier.
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { setupOtel, withSpan } from '@otelier/core';

const otel = setupOtel({ serviceName: 'shop' });
withSpan('first', () => {});
await otel.flush();
await once(process.stdin.resume(), 'end');
for (let index = 0; index < 5; index += 1) {
  withSpan('unread', () => {});
  await otel.flush();
  await pause(5);
}
process.stderr.write('goes on\n');
process.on('uncaughtException', ({ code }) => {
  process.stderr.write(`${code} of its own\n`);
  process.exit(7);
});
process.stdout.write('by the program\n');
await pause(5000);
