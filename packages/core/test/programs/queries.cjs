// Queries a driver within a request. Arguments: the driver, and when it is required.
const [name, order] = process.argv.slice(2);

const firstDriver = order === 'driver first' ? require(name) : undefined;
const { setupOtel, withSpan } = require('@otelier/core');
const { runQueries } = require('./query-programs.cjs');

setupOtel({ serviceName: 'modules' });
if (order === 'within the first request') {
  setTimeout(() => withSpan('request', () => runQueries(name, require(name))), 20);
} else {
  const driver = firstDriver ?? require(name);
  void withSpan('request', () => runQueries(name, driver));
}
