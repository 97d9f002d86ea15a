// Has a listener for `beforeExit`, which Node calls again whenever something was left to do.
import { setupOtel, withSpan } from '@otelier/core';

setupOtel({ serviceName: 'lifecycle' });
withSpan('work', () => {});
process.on('beforeExit', () => console.log('nothing is left'));
