import type { OtelOptions } from '../options/otel-options.js';
import { sharedState } from '../shared-state.js';
import type { Otel } from './otel.js';

/** The one set-up of the process. */
export interface SetupState {
  /** Its options are `undefined` when it is that of tests, beside which those of the application do not count. */
  current: { readonly otel: Otel; readonly options: OtelOptions | undefined } | undefined;
  /** Looks for drivers that have been loaded since the set-up. */
  scanForDrivers: () => void;
  /** Whether an earlier set-up has been shut down, whose problems are not those of the next. */
  ended: boolean;
}

/** Shared by every copy of the package. */
export function setupState(): SetupState {
  return sharedState('sdk.setup', () => ({ current: undefined, scanForDrivers: () => {}, ended: false }));
}
