// Clients of the drivers of Redis, by what all of them can do.

/** Connects the driver of this name at the address; every client fails at once when the connection does. */
exports.connectRedis = async (name, url) => {
  const driver = require(name);
  return name.startsWith('ioredis') ? connectIoredis(driver, url) : connectNodeRedis(driver, url);
};

async function connectIoredis(Redis, url) {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => {});
  await client.connect();
  return {
    get: (key) => client.get(key),
    push: (key, value) => client.lpush(key, value),
    transaction: (key) => client.multi().get(key).lpush(key, 'x').exec(),
    brokenTransaction: () => client.multi().call('NO.SUCH').get('text').exec(),
    pipeline: (key) => client.pipeline().get(key).lpush(key, 'x').exec(),
    increment: (key) => client.multi().incr(key).get(key).exec(),
    close: () => client.disconnect(),
  };
}

async function connectNodeRedis({ createClient }, url) {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => {});
  await client.connect();
  return {
    get: (key) => client.get(key),
    push: (key, value) => client.lPush(key, value),
    transaction: (key) => client.multi().get(key).lPush(key, 'x').exec(),
    brokenTransaction: () => client.multi().addCommand(['NO.SUCH']).get('text').exec(),
    pipeline: (key) => client.multi().get(key).lPush(key, 'x').execAsPipeline(),
    increment: (key) => client.multi().incr(key).get(key).exec(),
    close: () => client.disconnect(),
  };
}

/** A command and a transaction on a connection of their own; the driver is handed in. */
exports.runCommands = async (driver) => {
  const url = process.env.TEST_DATABASE_URL;
  const client = await (typeof driver === 'function' ? connectIoredis(driver, url) : connectNodeRedis(driver, url));
  await client.get('orders');
  await client.increment('orders:count');
  client.close();
};
