// Sends commands to Redis within a request. Arguments: the driver, and when it is imported.
import { setupOtel, withSpan } from '@otelier/core';
import { runCommands } from './redis-clients.cjs';

const [name, order] = process.argv.slice(2);
const load = async () => (await import(name)).default;

const early = order === 'driver first' ? await load() : undefined;
setupOtel({ serviceName: 'modules' });
const driver = early ?? (order === 'set-up first' ? await load() : undefined);
if (driver === undefined) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await withSpan('request', async () => runCommands(driver ?? (await load())));
