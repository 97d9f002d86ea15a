import { OutputLedger } from './output-ledger.js';

interface GuardState {
  /** Ledger of the running test, or of the file while no test runs. */
  current: OutputLedger;
}

const key = Symbol.for('otelier.testkit.silence');
const holder = globalThis as { [key]?: GuardState };

/** The guard's state; on `globalThis`, so that `jest.resetModules()` does not make a second one. */
export const guardState: GuardState = (holder[key] ??= { current: new OutputLedger() });

/**
 * Lets messages `[otelier] CODE: …` of these codes pass in this test, and fails the test if one does not come.
 * Called outside a test (`beforeAll`), it holds for what is written outside the tests of the file.
 */
export function expectDiagnostics(...codes: string[]): void {
  guardState.current.expect(codes);
}
