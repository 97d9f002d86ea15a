import { isDeepStrictEqual } from 'node:util';
import { clearProblems, reportProblem, silenceProblems } from '../diagnostics/report.js';
import { startIntegrations } from '../integrations/start-integrations.js';
import { beginLifetimes, endLifetimes } from '../lifetime.js';
import { checkOptions } from '../options/option-checks.js';
import type { OtelOptions } from '../options/otel-options.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { resolveOptions, type Resolution } from '../options/resolve-options.js';
import { readSurroundings } from '../options/surroundings.js';
import { IdleOtel } from './idle-otel.js';
import { startInstrumentations } from './instrumentations.js';
import { isTracerProviderRegistered } from './installed-sdk.js';
import type { Otel } from './otel.js';
import { watchProcessEnd } from './process-end.js';
import { registerPropagationOnly, registerTelemetry } from './registration.js';
import { RunningOtel } from './running-otel.js';
import { setupState } from './setup-state.js';
import { createTelemetry } from './telemetry.js';

/**
 * Sets up OpenTelemetry for this process: resource, sampling, export, propagation, database integrations, and a clean
 * end. Idempotent: a further call, also from another copy of the package, returns the same handle, and warns when its
 * options differ.
 *
 * When the application has registered an SDK of its own, that one is used and nothing is set up.
 *
 * @throws TypeError for a wrong option; a wrong variable warns and falls back
 */
export function setupOtel(options: OtelOptions = {}): Otel {
  checkOptions(options);
  const state = setupState();
  if (state.current !== undefined) {
    warnOfDifferences(state.current.options, options);
    state.scanForDrivers();
    return state.current.otel;
  }
  const resolution = resolveOptions(options, readSurroundings());
  if (state.ended) {
    clearProblems();
  }
  silenceProblems(resolution.options.silent);
  const otel = isTracerProviderRegistered() ? leaveToRegisteredSdk(options) : start(resolution);
  state.current = { otel, options: { ...options } };
  (state.disabled ? endLifetimes : beginLifetimes)();
  return otel;
}

function leaveToRegisteredSdk(options: OtelOptions): Otel {
  if (Object.values(options).some((value) => value !== undefined)) {
    reportProblem('OTELIER_SDK_PRESENT', 'The application has an OpenTelemetry SDK of its own, which is used.');
  }
  return new IdleOtel(endSetup);
}

function start({ options, problems }: Resolution): Otel {
  problems.forEach(({ code, message }) => reportProblem(code, message));
  if (!options.disabled) {
    return startTelemetry(options);
  }
  setupState().disabled = true;
  const unregister = registerPropagationOnly(options.propagators);
  return new IdleOtel(() => {
    unregister();
    endSetup();
  });
}

function startTelemetry(resolved: ResolvedOptions): Otel {
  const telemetry = createTelemetry(resolved);
  const undos = [endSetup, registerTelemetry(telemetry)];
  const otel = new RunningOtel(telemetry, resolved.shutdownTimeoutMillis, () => undos.forEach((undo) => undo()));
  const own = startInstrumentations(resolved.instrumentations, telemetry);
  undos.push(own.stop);
  const { scan, stop } = startIntegrations({ ...resolved, instrumentations: own.started });
  setupState().scanForDrivers = scan;
  undos.push(stop);
  // The rest of the program's first turn may load drivers that the module system does not tell of.
  setImmediate(scan).unref();
  undos.push(
    watchProcessEnd(otel, { timeoutMillis: resolved.shutdownTimeoutMillis, handleSignals: resolved.handleSignals }),
  );
  return otel;
}

function endSetup(): void {
  const state = setupState();
  state.current = undefined;
  state.scanForDrivers = () => {};
  state.disabled = false;
  state.ended = true;
  endLifetimes();
}

function warnOfDifferences(first: OtelOptions, later: OtelOptions): void {
  const differing = (Object.keys(later) as (keyof OtelOptions)[]).filter(
    (name) => !isDeepStrictEqual(later[name], first[name]),
  );
  if (differing.length > 0) {
    reportProblem('OTELIER_SETUP_REPEATED', `setupOtel() was called again with another ${differing.join(', ')}.`);
  }
}
