// Queries a driver within a request. Arguments: the driver, and when it is imported.
import { setupOtel, withSpan } from '@otelier/core';
import { runQueries } from './query-programs.cjs';

const [name, order] = process.argv.slice(2);
const load = async () => (await import(name)).default;

if (order === 'driver first') {
  const driver = await load();
  setupOtel({ serviceName: 'modules' });
  await withSpan('request', () => runQueries(name, driver));
} else if (order === 'set-up first') {
  setupOtel({ serviceName: 'modules' });
  const driver = await load();
  await withSpan('request', () => runQueries(name, driver));
} else {
  setupOtel({ serviceName: 'modules' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await withSpan('request', async () => runQueries(name, await load()));
}
