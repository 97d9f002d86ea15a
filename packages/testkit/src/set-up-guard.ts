import { channel, hasSubscribers } from 'node:diagnostics_channel';
import { addEventHandler } from 'jest-circus';
import type { Event } from 'jest-circus';

// Jest runs this file before each test file (setupFilesAfterEnv).

/** What set-ups listen to, the first one unless they leave outgoing requests alone. */
const CHANNELS = ['undici:request:create', 'tracing:mysql2:query:start'];

/** Core modules are those of all test files in a process: here each of them leaves its name for the next. */
const process = channel('otelier:test-process') as { lastFile?: string };

function isRunning(): boolean {
  return CHANNELS.some((name) => hasSubscribers(name));
}

const path = expect.getState().testPath ?? 'unknown';

if (isRunning()) {
  throw new Error(`SetUpGuard: a set-up of an earlier file is still running, the last of which was ${process.lastFile}`);
}
process.lastFile = path;

addEventHandler((event: Event) => {
  // After all hooks of the file.
  if (event.name === 'run_finish' && isRunning()) {
    throw new Error('SetUpGuard: a set-up is still running; the files behind this one would be observed by it');
  }
});
