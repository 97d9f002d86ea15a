// Prints how a driver of Redis behaves before the set-up, while it runs and after its shutdown. Argument: the driver.
const { setupOtel, withSpan } = require('@otelier/core');
const { connectRedis } = require('./redis-clients.cjs');

const [name] = process.argv.slice(2);
const url = process.env['TEST_DATABASE_URL'];

const unhandled = [];
process.on('unhandledRejection', (reason) => unhandled.push(shape(reason)));

/** A value with its errors spelt out. */
function shape(value) {
  if (Array.isArray(value)) {
    return value.map(shape);
  }
  return value instanceof Error ? [value.constructor.name, value.message, Object.keys(value).sort()] : value;
}

async function outcome(promise) {
  const settled = await promise.then((value) => shape(value), (error) => ['rejects', shape(error)]);
  return [promise.constructor.name, settled];
}

/** The rejections that nobody handled, until the connection has answered once more. */
async function ignored(client, work) {
  work();
  await client.get('text');
  await new Promise((resolve) => setTimeout(resolve, 1));
  return unhandled.splice(0);
}

async function behaviour() {
  const client = await connectRedis(name, url);
  const seen = {
    answer: await outcome(client.get('text')),
    error: await outcome(client.push('text', 'x')),
    transaction: await outcome(client.transaction('text')),
    brokenTransaction: await outcome(client.brokenTransaction()),
    pipeline: await outcome(client.pipeline('text')),
    ignoredAnswer: await ignored(client, () => void client.get('text')),
    ignoredError: await ignored(client, () => void client.push('text', 'x')),
    ignoredTransaction: await ignored(client, () => void client.brokenTransaction()),
    ignoredPipeline: await ignored(client, () => void client.pipeline('text')),
  };
  client.close();
  return seen;
}

async function compare() {
  const before = await behaviour();
  const otel = setupOtel({ serviceName: 'promises' });
  const during = await withSpan('request', behaviour);
  await otel.shutdown();
  console.log(JSON.stringify({ before, during, after: await behaviour() }));
}

void compare();
