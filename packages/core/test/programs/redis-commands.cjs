// Sends commands to Redis within a request. Arguments: the driver, and when it is loaded.
const { setupOtel, withSpan } = require('@otelier/core');
const { runCommands } = require('./redis-clients.cjs');

const [name, order] = process.argv.slice(2);

async function run() {
  const early = order === 'driver first' ? require(name) : undefined;
  setupOtel({ serviceName: 'modules' });
  const driver = early ?? (order === 'set-up first' ? require(name) : undefined);
  if (driver === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await withSpan('request', () => runCommands(driver ?? require(name)));
}

void run();
