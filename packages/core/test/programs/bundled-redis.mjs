// Sends commands by a driver of Redis that a bundler has put into the program: before it is handed over, and after.
import { setupOtel, traceIntegration, withSpan } from '@otelier/core';
import driver from 'the-driver';
import { runCommands } from './redis-clients.cjs';

setupOtel({ serviceName: 'modules' });
void withSpan('before', () => runCommands(driver))
  .then(() => {
    traceIntegration(driver);
    return withSpan('request', () => runCommands(driver));
  })
  .then(() => process.exit(0));
