import { createNoopMeter, metrics, type MeterProvider } from '@opentelemetry/api';
import { reportProblem } from '../../diagnostics/report.js';
import { replaceOwnMethod } from '../../own-method.js';
import { sharedState } from '../../shared-state.js';
import { SCOPE_NAME } from '../../version.js';
import { DelegatingMeterProvider, MAX_EARLY_MEASUREMENTS, MAX_EARLY_OBSERVABLES, type EarlyLoss } from './delegating-meter-provider.js';

interface EarlyMeters {
  /** By the provider of the API that gives meters away when no other is registered; each copy of the API has its own. */
  readonly byApi: WeakMap<MeterProvider, DelegatingMeterProvider>;
  readonly all: Set<DelegatingMeterProvider>;
}

function earlyMeters(): EarlyMeters {
  return sharedState('metrics.early-meters', () => ({ byApi: new WeakMap(), all: new Set() }));
}

/**
 * Has the API give meters away that a set-up can still claim: its own are without effect for ever, whereas its tracers
 * find their provider later. An SDK that somebody else registers finds nothing changed.
 *
 * @returns the undo
 */
export function offerEarlyMeters(): () => void {
  const provider = metrics.getMeterProvider();
  const { byApi, all } = earlyMeters();
  if (byApi.has(provider) || !isWithoutEffect(provider)) {
    return () => {};
  }
  const early = new DelegatingMeterProvider();
  byApi.set(provider, early);
  all.add(early);
  const undo = replaceOwnMethod(provider, 'getMeter', (original) => (...args) => {
    const [name, version, options] = args as Parameters<MeterProvider['getMeter']>;
    // Otelier makes its own instruments anew for each provider.
    return name === SCOPE_NAME ? original.apply(provider, args) : early.getMeter(name, version, options);
  });
  return () => {
    undo();
    early.discard();
    byApi.delete(provider);
    all.delete(early);
  };
}

/**
 * Gives the instruments that were made before the set-up to its meter provider.
 *
 * @returns the undo
 */
export function attachEarlyMeters(provider: MeterProvider): () => void {
  const attached = [...earlyMeters().all];
  const losses = attached.map((early) => early.attach(provider));
  reportLoss(losses, 'measurements', MAX_EARLY_MEASUREMENTS);
  reportLoss(losses, 'observables', MAX_EARLY_OBSERVABLES);
  return () => attached.forEach((early) => early.release());
}

function reportLoss(losses: readonly EarlyLoss[], what: keyof EarlyLoss, kept: number): void {
  const lost = losses.reduce((sum, loss) => sum + loss[what], 0);
  if (lost > 0) {
    reportProblem('OTELIER_MEASUREMENTS_LOST', `${lost} ${what} came before the set-up and beyond the ${kept} that are kept.`);
  }
}

/** No set-up will claim the measurements that were kept. */
export function discardEarlyMeasurements(): void {
  earlyMeters().all.forEach((early) => early.discard());
}

/** Forgets the callbacks of an instrumentation, which makes its instruments anew when it is given its provider. */
export function forgetEarlyCallbacks(scopeName: string): void {
  earlyMeters().all.forEach((early) => early.forget(scopeName));
}

/** Whether it is the API's own; that of an SDK has a state. A frozen one is left alone. */
function isWithoutEffect(provider: MeterProvider): boolean {
  return (
    Reflect.ownKeys(provider).length === 0 &&
    Object.isExtensible(provider) &&
    provider.getMeter('otelier') === createNoopMeter()
  );
}
