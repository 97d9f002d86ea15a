// Logs by a library that is loaded before or after the set-up, or at the first line, and ends in one of several ways.
import { trace } from '@opentelemetry/api';
import { setupOtel, withSpan } from '@otelier/core';

const [library, order, end, target] = process.argv.slice(2);
const LINES = 1000;

const load = async () => (library === 'console' ? undefined : (await import(library)).default);

let loaded = order === 'library first' ? await load() : undefined;
let logger = order === 'library first' ? createLogger(loaded) : undefined;
setupOtel({ logs: true });
loaded ??= await load();
logger ??= createLogger(loaded);

function createLogger(module) {
  if (library === 'console') {
    return { info: (line) => console.info(line) };
  }
  if (library.startsWith('winston')) {
    return module.createLogger({ format: module.format.json(), transports: [new module.transports.Console()] });
  }
  return target === undefined ? module() : module(module.transport({ target: 'pino/file', options: { destination: target } }));
}

await withSpan('work', async () => {
  const { traceId, spanId } = trace.getActiveSpan().spanContext();
  process.stderr.write(`ids ${traceId} ${spanId}\n`);
  for (let index = 0; index < LINES; index += 1) {
    logger.info(`line ${index}`);
  }
});

if (end === 'exit') {
  process.exit(3);
} else if (end === 'SIGTERM') {
  setInterval(() => {}, 1000);
  process.kill(process.pid, 'SIGTERM');
} else if (end === 'uncaught') {
  throw new Error('the end');
}
