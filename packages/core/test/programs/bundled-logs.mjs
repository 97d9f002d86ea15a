// Bundled with the logger; logs before it is handed over, afterwards, and after the undo.
import { setupOtel, traceIntegration, withSpan } from '@otelier/core';
import library from 'the-logger';

setupOtel({ logs: true });
const logger = process.env.TEST_LOGGER.startsWith('winston')
  ? library.createLogger({ format: library.format.json(), transports: [new library.transports.Console()] })
  : library();

withSpan('before', () => logger.info('before'));
const undo = traceIntegration(library);
withSpan('within', () => logger.info('within'));
undo();
withSpan('after', () => logger.info('after'));
