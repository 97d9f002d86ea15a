import type { OtelOptions } from '../options/otel-options.js';
import { sharedState } from '../shared-state.js';
import type { Otel } from './otel.js';

/** The one set-up of the process. */
export interface SetupState {
  current: { readonly otel: Otel; readonly options: OtelOptions } | undefined;
  /** Looks for drivers that have been loaded since the set-up. */
  scanForDrivers: () => void;
  /** Whether the set-up that runs records nothing: the context is propagated, and no library is patched. */
  disabled: boolean;
  /** Whether an earlier set-up has been shut down, whose problems are not those of the next. */
  ended: boolean;
}

/** Shared by every copy of the package. */
export function setupState(): SetupState {
  return sharedState('sdk.setup', () => ({ current: undefined, scanForDrivers: () => {}, disabled: false, ended: false }));
}

/** Whether the set-up that runs records nothing. */
export function isDisabled(): boolean {
  return setupState().disabled;
}
