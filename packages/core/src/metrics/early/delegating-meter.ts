import type {
  BatchObservableCallback,
  Counter,
  Gauge,
  Histogram,
  Meter,
  MetricOptions,
  Observable,
  ObservableCounter,
  ObservableGauge,
  ObservableUpDownCounter,
  UpDownCounter,
} from '@opentelemetry/api';
import { DelegatedInstrument } from './delegated-instruments.js';
import type { DelegationLink, Measure, MeterScope } from './delegated-link.js';
import { DelegatedBatch, DelegatedObservable } from './delegated-observables.js';

/** A meter whose instruments belong to whatever provider is there, now or later. */
export class DelegatingMeter implements Meter {
  private readonly batches = new Set<DelegatedBatch>();

  constructor(
    private readonly link: DelegationLink,
    private readonly scope: MeterScope,
  ) {}

  createCounter(name: string, options?: MetricOptions): Counter {
    return this.instrument(options, (meter, kept) => {
      const counter = meter.createCounter(name, kept);
      return (...measurement) => counter.add(...measurement);
    });
  }

  createUpDownCounter(name: string, options?: MetricOptions): UpDownCounter {
    return this.instrument(options, (meter, kept) => {
      const counter = meter.createUpDownCounter(name, kept);
      return (...measurement) => counter.add(...measurement);
    });
  }

  createHistogram(name: string, options?: MetricOptions): Histogram {
    return this.instrument(options, (meter, kept) => {
      const histogram = meter.createHistogram(name, kept);
      return (...measurement) => histogram.record(...measurement);
    });
  }

  createGauge(name: string, options?: MetricOptions): Gauge {
    return this.instrument(options, (meter, kept) => {
      const gauge = meter.createGauge(name, kept);
      return (...measurement) => gauge.record(...measurement);
    });
  }

  createObservableCounter(name: string, options?: MetricOptions): ObservableCounter {
    return this.observable(options, (meter, kept) => meter.createObservableCounter(name, kept));
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): ObservableUpDownCounter {
    return this.observable(options, (meter, kept) => meter.createObservableUpDownCounter(name, kept));
  }

  createObservableGauge(name: string, options?: MetricOptions): ObservableGauge {
    return this.observable(options, (meter, kept) => meter.createObservableGauge(name, kept));
  }

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    const batch = new DelegatedBatch(this.scope, callback, [...new Set(observables)]);
    const isKnown = [...this.batches].some((known) => known.isOf(callback, batch.observables));
    if (!isKnown && this.link.add(batch)) {
      this.batches.add(batch);
    }
  }

  removeBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    const distinct = [...new Set(observables)];
    const batch = [...this.batches].find((known) => known.isOf(callback, distinct));
    if (batch !== undefined) {
      this.batches.delete(batch);
      this.link.remove(batch);
    }
  }

  private instrument(
    options: MetricOptions | undefined,
    create: (meter: Meter, options: MetricOptions | undefined) => Measure,
  ): DelegatedInstrument {
    const { link, scope } = this;
    const kept = options && { ...options };
    return new DelegatedInstrument({ link, scope, create: (meter) => create(meter, kept) });
  }

  private observable(
    options: MetricOptions | undefined,
    create: (meter: Meter, options: MetricOptions | undefined) => Observable,
  ): DelegatedObservable {
    const { link, scope } = this;
    const kept = options && { ...options };
    return new DelegatedObservable({ link, scope, create: (meter) => create(meter, kept) });
  }
}
