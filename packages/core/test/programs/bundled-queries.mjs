// Queries a driver that a bundler has put into the program, and takes it back afterwards.
import { setupOtel, traceIntegration, withSpan } from '@otelier/core';
import driver from 'the-driver';
import { runQueries } from './query-programs.cjs';

const name = process.env.TEST_DRIVER;

setupOtel({ serviceName: 'modules' });
const undo = traceIntegration(driver);
withSpan('request', () => runQueries(name, driver))
  .then(() => {
    undo();
    return withSpan('afterwards', () => runQueries(name, driver));
  })
  // Beside the queries this shows that the last delivery needs no file of its own.
  .then(() => process.exit(0));
