import { channel, hasSubscribers } from 'node:diagnostics_channel';
import { addEventHandler } from 'jest-circus';
import type { Event } from 'jest-circus';

// Jest runs this file before each test file (setupFilesAfterEnv).

/** What every set-up listens to, unless it leaves outgoing requests alone. */
const CHANNEL = 'undici:request:create';

/** Core modules are those of all test files in a process: here each of them leaves its name for the next. */
const process = channel('otelier:test-process') as { lastFile?: string };

const path = expect.getState().testPath ?? 'unknown';

if (hasSubscribers(CHANNEL)) {
  throw new Error(`SetUpGuard: a set-up of an earlier file is still running, the last of which was ${process.lastFile}`);
}
process.lastFile = path;

addEventHandler((event: Event) => {
  // After all hooks of the file.
  if (event.name === 'run_finish' && hasSubscribers(CHANNEL)) {
    throw new Error('SetUpGuard: a set-up is still running; the files behind this one would be observed by it');
  }
});
