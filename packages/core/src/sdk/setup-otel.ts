import { isDeepStrictEqual } from 'node:util';
import { clearProblems, reportProblem, silenceProblems } from '../diagnostics/report.js';
import { startPassingContext } from '../integrations/context-passing.js';
import { startIntegrations } from '../integrations/start-integrations.js';
import { loadAll } from '../lazily.js';
import { beginLifetimes, endLifetimes, isDisabled, noteDisabled } from '../lifetime.js';
import { beginLogs } from '../logs/log-work.js';
import { discardEarlyMeasurements, offerEarlyMeters } from '../metrics/early/early-meters.js';
import { isWithinJest } from '../options/env.js';
import { checkOptions } from '../options/option-checks.js';
import type { OtelOptions } from '../options/otel-options.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { resolveOptions, type Resolution } from '../options/resolve-options.js';
import { readSurroundings, type Surroundings } from '../options/surroundings.js';
import { watchCrashes } from './crash.js';
import { DeferredOtel } from './deferred-otel.js';
import { IdleOtel } from './idle-otel.js';
import { startInstrumentations } from './instrumentations.js';
import { isTracerProviderRegistered } from './installed-sdk.js';
import { keepTick } from './kept-tick.js';
import type { Otel } from './otel.js';
import { watchProcessEnd } from './process-end.js';
import { registerPropagationOnly, registerTelemetry } from './registration.js';
import { RunningOtel } from './running-otel.js';
import { measureRuntime } from './runtime.js';
import { setupState } from './setup-state.js';
import { createTelemetry, type Telemetry } from './telemetry.js';
import { SCOPE_NAME, VERSION } from '../version.js';

// The instruments at the top of the application's modules are made before any set-up can be.
offerEarlyMeters();

/**
 * Sets up OpenTelemetry for this process: resource, sampling, export, propagation, database integrations, and a clean
 * end. Idempotent: a further call, also from another copy of the package, returns the same handle, and warns when its
 * options differ.
 *
 * When the application has registered an SDK of its own, that one is used and nothing is set up. With
 * OTELIER_DEFER_SETUP=true the set-up waits for `start()` of the handle, the first request or the first job.
 *
 * @throws TypeError for a wrong option; a wrong variable warns and falls back
 */
export function setupOtel(options: OtelOptions = {}): Otel {
  return setUp(options, APPLICATION);
}

/** How a set-up comes about: that of an application, or that of its tests. */
export interface SetupManner {
  readonly surroundings: () => Surroundings;
  readonly createTelemetry: (options: ResolvedOptions) => Telemetry;
  /** Whether there are listeners for the end of the process. */
  readonly watchesEnd: boolean;
}

const APPLICATION: SetupManner = { surroundings: readSurroundings, createTelemetry, watchesEnd: true };

/** The set-up behind {@link setupOtel}. */
export function setUp(options: OtelOptions, manner: SetupManner): Otel {
  checkOptions(options);
  const state = setupState();
  if (state.current !== undefined) {
    warnOfDifferences(state.current.options, options);
    state.scanForDrivers();
    return state.current.otel;
  }
  if (isWithinJest()) {
    loadAll();
  }
  const resolution = resolveOptions(options, manner.surroundings());
  if (state.ended) {
    clearProblems();
  }
  silenceProblems(resolution.options.silent);
  const begin = (): Otel => (isTracerProviderRegistered() ? leaveToRegisteredSdk(options) : start(resolution, manner));
  const { deferred, disabled } = resolution.options;
  if (!disabled) {
    // Here, and not with a first request, whose context it would keep.
    keepTick();
  }
  const otel = deferred && !disabled ? new DeferredOtel(begin, endSetup) : begin();
  state.current = { otel, options: { ...options } };
  (isDisabled() ? endLifetimes : beginLifetimes)();
  return otel;
}

function leaveToRegisteredSdk(options: OtelOptions): Otel {
  if (Object.values(options).some((value) => value !== undefined)) {
    reportProblem('OTELIER_SDK_PRESENT', 'The application has an OpenTelemetry SDK of its own, which is used.');
  }
  discardEarlyMeasurements();
  return new IdleOtel(endSetup);
}

function start({ options, problems }: Resolution, manner: SetupManner): Otel {
  problems.forEach(({ code, message }) => reportProblem(code, message));
  if (!options.disabled) {
    return startTelemetry(options, manner);
  }
  noteDisabled(true);
  discardEarlyMeasurements();
  const unregister = registerPropagationOnly(options.propagators);
  const stopPassing = startPassingContext(options.outgoing);
  return new IdleOtel(() => {
    stopPassing();
    unregister();
    endSetup();
  });
}

function startTelemetry(resolved: ResolvedOptions, manner: SetupManner): Otel {
  const telemetry = manner.createTelemetry(resolved);
  const undos = [endSetup, registerTelemetry(telemetry)];
  const otel = new RunningOtel(telemetry, resolved.shutdownTimeoutMillis, () => undos.forEach((undo) => undo()));
  undos.push(beginLogs({ options: resolved.logs, logger: telemetry.loggerProvider.getLogger(SCOPE_NAME, VERSION) }));
  const own = startInstrumentations(resolved.instrumentations, telemetry);
  undos.push(own.stop, measureRuntime(resolved, telemetry.meterProvider, own.started));
  const { scan, stop } = startIntegrations({ ...resolved, instrumentations: own.started });
  setupState().scanForDrivers = scan;
  undos.push(stop);
  // The rest of the program's first turn may load drivers that the module system does not tell of.
  setImmediate(scan).unref();
  if (manner.watchesEnd) {
    undos.push(
      watchCrashes(telemetry),
      watchProcessEnd(otel, { timeoutMillis: resolved.shutdownTimeoutMillis, handleSignals: resolved.handleSignals }),
    );
  }
  return otel;
}

function endSetup(): void {
  const state = setupState();
  state.current = undefined;
  state.scanForDrivers = () => {};
  noteDisabled(false);
  state.ended = true;
  endLifetimes();
}

function warnOfDifferences(first: OtelOptions | undefined, later: OtelOptions): void {
  if (first === undefined) {
    return;
  }
  const differing = (Object.keys(later) as (keyof OtelOptions)[]).filter(
    (name) => !isDeepStrictEqual(later[name], first[name]),
  );
  if (differing.length > 0) {
    reportProblem('OTELIER_SETUP_REPEATED', `setupOtel() was called again with another ${differing.join(', ')}.`);
  }
}
