import { addEventHandler } from 'jest-circus';
import type { Event } from 'jest-circus';
import { guardState } from './silence/expected-diagnostics.js';
import { captureDiag, captureOutput } from './silence/output-capture.js';
import type { Output } from './silence/output-ledger.js';
import { OutputLedger } from './silence/output-ledger.js';
import { keepLedgers } from './test-ledgers.js';

// Jest runs this file before each test file (setupFilesAfterEnv).

const note = (output: Output): void => guardState.current.add(output);
const releaseStreams = captureOutput(note);

keepLedgers('SilenceGuard', guardState, () => new OutputLedger());
addEventHandler((event: Event) => {
  if (event.name === 'test_start') {
    captureDiag(note);
  } else if (event.name === 'teardown') {
    releaseStreams();
  }
});
