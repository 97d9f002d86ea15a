import { addEventHandler } from 'jest-circus';
import type { Event, State } from 'jest-circus';

interface Ledger {
  /** What is wrong, or nothing. */
  complaint(): string | undefined;
}

/**
 * Gives each test a ledger of its own, and lets the complaint of that ledger fail the test; what is noted outside the
 * tests stays in the ledger that is there now, and fails the file.
 *
 * Hooks would not do: a root `afterEach` or `afterAll` of a test file runs after those of a set-up file, and what it
 * does would be missed. The runner's events are public.
 */
export function keepLedgers<T extends Ledger>(guard: string, holder: { current: T }, create: () => T): void {
  const fileLedger = holder.current;
  addEventHandler((event: Event, state: State) => {
    if (event.name === 'test_start') {
      holder.current = create();
    } else if (event.name === 'test_done') {
      const complaint = holder.current.complaint();
      holder.current = fileLedger;
      if (complaint) {
        event.test.errors.push(guardError(guard, complaint));
      }
    } else if (event.name === 'run_finish') {
      const complaint = fileLedger.complaint();
      if (complaint) {
        state.unhandledErrors.push(guardError(guard, `outside the tests of this file: ${complaint}`));
      }
    }
  });
}

function guardError(guard: string, complaint: string): Error {
  const error = new Error(complaint);
  // The stack would lead into the guard, not to who is to blame.
  error.stack = `${guard}: ${complaint}`;
  return error;
}
