import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { createPropagator, type Telemetry } from './telemetry.js';

/** Registers everything with the OpenTelemetry API. */
export function registerTelemetry(telemetry: Telemetry): void {
  telemetry.tracerProvider.register({ propagator: telemetry.propagator });
  metrics.setGlobalMeterProvider(telemetry.meterProvider);
}

/** Registers what a disabled set-up still needs: the context is kept and propagated. */
export function registerPropagationOnly(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(createPropagator());
}

/** Takes everything out of the OpenTelemetry API again. */
export function unregisterTelemetry(): void {
  trace.disable();
  metrics.disable();
  propagation.disable();
  context.disable();
}
