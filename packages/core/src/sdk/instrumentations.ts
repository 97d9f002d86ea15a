import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { errorText } from '../diagnostics/error-text.js';
import { reportProblem } from '../diagnostics/report.js';
import { forgetEarlyCallbacks } from '../metrics/early/early-meters.js';
import type { OtelInstrumentation } from '../options/otel-instrumentation.js';
import { sharedState } from '../shared-state.js';

/** Where instrumentations record. */
export interface InstrumentationProviders {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
}

/** The application's instrumentations, as far as they could be started. */
export interface RunningInstrumentations {
  readonly started: readonly OtelInstrumentation[];
  readonly stop: () => void;
}

/** Starts the application's instrumentations; one that fails is told and left out. */
export function startInstrumentations(
  instrumentations: readonly OtelInstrumentation[],
  providers: InstrumentationProviders,
): RunningInstrumentations {
  const started = instrumentations.filter((instrumentation) => attempt(instrumentation, () => start(instrumentation, providers)));
  return {
    started,
    stop: () =>
      started.forEach((instrumentation) => {
        attempt(instrumentation, () => instrumentation.disable());
        stopped().add(instrumentation);
      }),
  };
}

function start(instrumentation: OtelInstrumentation, { tracerProvider, meterProvider }: InstrumentationProviders): void {
  instrumentation.setTracerProvider(tracerProvider);
  forgetEarlyCallbacks(instrumentation.instrumentationName);
  instrumentation.setMeterProvider(meterProvider);
  // An instrumentation enables itself when it is made, and may patch twice when it is enabled again.
  if (stopped().delete(instrumentation) || !isEnabled(instrumentation)) {
    instrumentation.enable();
  }
}

function isEnabled(instrumentation: OtelInstrumentation): boolean {
  const { enabled } = (instrumentation.getConfig?.() ?? {}) as { readonly enabled?: unknown };
  return enabled !== false;
}

/** Those that an earlier set-up has stopped. */
function stopped(): WeakSet<OtelInstrumentation> {
  return sharedState('sdk.stopped-instrumentations', () => new WeakSet());
}

function attempt({ instrumentationName }: OtelInstrumentation, action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    reportProblem('OTELIER_INSTRUMENTATION_FAILED', `${String(instrumentationName)}: ${errorText(error)}`);
    return false;
  }
}
