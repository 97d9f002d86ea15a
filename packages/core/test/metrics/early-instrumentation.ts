import { metrics, type MeterProvider } from '@opentelemetry/api';
import type { OtelInstrumentation } from '@otelier/core';

/** An instrumentation that makes its observables when it is made, and again for the provider that it is given. */
export class EagerInstrumentation implements OtelInstrumentation {
  readonly instrumentationName = 'early';
  readonly instrumentationVersion = '1';
  reads = 0;

  constructor() {
    this.setMeterProvider(metrics.getMeterProvider());
  }

  setMeterProvider(provider: MeterProvider): void {
    provider
      .getMeter(this.instrumentationName)
      .createObservableGauge('instrumentation.reads')
      .addCallback((result) => result.observe((this.reads += 1)));
  }

  setTracerProvider(): void {}
  enable(): void {}
  disable(): void {}
}
