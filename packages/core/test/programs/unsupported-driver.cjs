// Loads a driver beside a set-up and does nothing with it. Arguments: the driver, and when it is required.
const [name, order] = process.argv.slice(2);

if (order === 'driver first') {
  require(name);
}
const { setupOtel, withSpan } = require('@otelier/core');

const otel = setupOtel({ serviceName: 'modules' });
setTimeout(() => {
  require(name);
  setupOtel({ serviceName: 'modules' });
  withSpan('request', () => {});
  console.log(JSON.stringify(otel.status().problems));
}, order === 'set-up first' ? 0 : 20);
