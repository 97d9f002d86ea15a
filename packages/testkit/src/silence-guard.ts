import { addEventHandler } from 'jest-circus';
import type { Event, State } from 'jest-circus';
import { guardState } from './silence/expected-diagnostics.js';
import { captureDiag, captureOutput } from './silence/output-capture.js';
import type { Output } from './silence/output-ledger.js';
import { OutputLedger } from './silence/output-ledger.js';

// Jest runs this file before each test file (setupFilesAfterEnv). Hooks would not do: a root `afterEach` or `afterAll`
// of a test file runs after those of a set-up file, and what it writes would be missed. The runner's events are public.

const note = (output: Output): void => guardState.current.add(output);
const releaseStreams = captureOutput(note);
const fileLedger = guardState.current;

addEventHandler((event: Event, state: State) => {
  if (event.name === 'test_start') {
    guardState.current = new OutputLedger();
    captureDiag(note);
  } else if (event.name === 'test_done') {
    const complaint = guardState.current.complaint();
    guardState.current = fileLedger;
    if (complaint) {
      event.test.errors.push(silenceError(complaint));
    }
  } else if (event.name === 'run_finish') {
    const complaint = fileLedger.complaint();
    if (complaint) {
      state.unhandledErrors.push(silenceError(`outside the tests of this file: ${complaint}`));
    }
  } else if (event.name === 'teardown') {
    releaseStreams();
  }
});

function silenceError(complaint: string): Error {
  const error = new Error(complaint);
  // The stack would lead into the guard, not to who wrote.
  error.stack = `SilenceGuard: ${complaint}`;
  return error;
}
