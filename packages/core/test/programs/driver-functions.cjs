// Compares a driver's functions before the set-up, while it runs and after its shutdown. Arguments: driver, order.
const { setupOtel, traceIntegration } = require('@otelier/core');

const [name, order] = process.argv.slice(2);

const functionsOf = {
  pg: (pg) => {
    const pool = Object.getPrototypeOf(pg.Pool).prototype;
    return [pg.Client.prototype.query, pg.Client.prototype.connect, pool.connect, pool.query, pool.end];
  },
  mysql2: ({ Connection, Pool }) => {
    const [connection, pool] = [Connection, Pool].map(({ prototype }) => Object.getPrototypeOf(prototype));
    return [connection.query, connection.execute, pool.getConnection, pool.query, pool.execute];
  },
};

async function compare() {
  const read = functionsOf[name === 'pg' ? 'pg' : 'mysql2'];
  const otelBefore = order === 'set-up first' ? setupOtel({ serviceName: 'modules' }) : undefined;
  const driver = require(name);
  const before = read(driver);
  const otel = otelBefore ?? setupOtel({ serviceName: 'modules' });
  const during = read(driver);
  const undo = order === 'handed over' ? traceIntegration(driver) : () => {};
  undo();
  await otel.shutdown();
  const after = read(driver);
  // What was loaded after the set-up is compared with the functions of a copy that is loaded after the shutdown.
  const own = order === 'set-up first' ? read(loadAgain()).map(String) : before;
  const now = order === 'set-up first' ? after.map(String) : after;
  console.log(JSON.stringify({
    observed: during.some((fn, index) => fn !== after[index]),
    restored: now.every((fn, index) => fn === own[index]),
    native: name === 'pg' ? 'get' in Object.getOwnPropertyDescriptor(driver, 'native') : undefined,
  }));
}

function loadAgain() {
  Object.keys(require.cache).forEach((path) => delete require.cache[path]);
  return require(name);
}

void compare();
