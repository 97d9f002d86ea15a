import type { Meter, MeterOptions, MeterProvider } from '@opentelemetry/api';
import { reportInternalError } from '../../diagnostics/report.js';
import type { Attachable, DelegationLink, EarlyMeasurement } from './delegated-link.js';
import { DelegatingMeter } from './delegating-meter.js';

/** How many measurements are kept for a provider that may never come. */
export const MAX_EARLY_MEASUREMENTS = 1000;

/** How many observables with callbacks, and callbacks for several of them, are kept for one. */
export const MAX_EARLY_OBSERVABLES = 1000;

/** What came beyond what is kept for a provider. */
export interface EarlyLoss {
  readonly measurements: number;
  readonly observables: number;
}

/** A meter provider whose instruments belong to another one, which may come later, go, and be followed by a third. */
export class DelegatingMeterProvider implements MeterProvider, DelegationLink {
  target: MeterProvider | undefined;
  private readonly attachables = new Set<Attachable>();
  /** None are kept once a provider has come: what is measured after its end belongs to nobody. */
  private waiting: EarlyMeasurement[] | undefined = [];
  private lostMeasurements = 0;
  private lostObservables = 0;

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    return new DelegatingMeter(this, { name, meterOf: (provider) => provider.getMeter(name, version, options) });
  }

  /** Gives all instruments to a provider, and the measurements that came before the first one. */
  attach(provider: MeterProvider): EarlyLoss {
    this.release();
    this.target = provider;
    this.attachables.forEach((attachable) => attempt(() => attachable.attach(provider)));
    const { waiting = [], lostMeasurements: measurements, lostObservables: observables } = this;
    this.lostObservables = 0;
    this.discard();
    waiting.forEach(({ value, attributes, replay }) => attempt(() => replay(value, attributes)));
    return { measurements, observables };
  }

  /** Takes all instruments from their provider. */
  release(): void {
    this.target = undefined;
    this.attachables.forEach((attachable) => attempt(() => attachable.release()));
  }

  /** Forgets the measurements that were kept, and keeps none from now on. */
  discard(): void {
    this.waiting = undefined;
    this.lostMeasurements = 0;
  }

  /** Forgets the callbacks of a scope that makes its instruments anew. */
  forget(scopeName: string): void {
    [...this.attachables]
      .filter((attachable) => attachable.scopeName === scopeName)
      .forEach((attachable) => this.remove(attachable));
  }

  remember(measurement: EarlyMeasurement): void {
    if (this.waiting === undefined) {
      return;
    }
    if (this.waiting.length >= MAX_EARLY_MEASUREMENTS) {
      this.lostMeasurements += 1;
      return;
    }
    // A copy: the caller may go on to change its own, or its getters throw.
    attempt(() => this.waiting?.push({ ...measurement, attributes: { ...measurement.attributes } }));
  }

  add(attachable: Attachable): boolean {
    const { target } = this;
    // A provider that is there would hold them as well; for one that may never come there is a bound.
    if (target === undefined && this.attachables.size >= MAX_EARLY_OBSERVABLES) {
      this.lostObservables += 1;
      return false;
    }
    this.attachables.add(attachable);
    if (target !== undefined) {
      attempt(() => attachable.attach(target));
    }
    return true;
  }

  remove(attachable: Attachable): void {
    this.attachables.delete(attachable);
    attempt(() => attachable.release());
  }
}

/** One instrument that fails must not keep the others, nor reach the application. */
function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    reportInternalError('an instrument made before the set-up', error);
  }
}
