// Logs by a library that is loaded before or after the set-up.
const { trace } = require('@opentelemetry/api');
const { setupOtel, withSpan } = require('@otelier/core');

const [library, order] = process.argv.slice(2);

if (order === 'library first') {
  require(library);
}
setupOtel({ logs: true });
const loaded = require(library);

const logger = library.startsWith('winston')
  ? loaded.createLogger({ format: loaded.format.json(), transports: [new loaded.transports.Console()] })
  : loaded();

withSpan('work', () => {
  const { traceId, spanId } = trace.getActiveSpan().spanContext();
  process.stderr.write(`ids ${traceId} ${spanId}\n`);
  for (let index = 0; index < 1000; index += 1) {
    logger.info(`line ${index}`);
  }
});
