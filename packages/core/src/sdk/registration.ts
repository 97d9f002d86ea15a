import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { announceLazySampler } from '../http/sampling-attributes.js';
import { attachEarlyMeters } from '../metrics/early/early-meters.js';
import type { PropagatorName } from '../options/resolved-options.js';
import { SharedContextManager } from './context-manager.js';
import { createPropagator } from './propagators.js';
import type { Telemetry } from './telemetry.js';

/**
 * Registers everything with the OpenTelemetry API.
 *
 * @returns the undo; what the application had registered before stays
 */
export function registerTelemetry(telemetry: Telemetry): () => void {
  const undos = [
    ...(trace.setGlobalTracerProvider(telemetry.tracerProvider) ? [announceLazySampler(), () => trace.disable()] : []),
    ...(metrics.setGlobalMeterProvider(telemetry.meterProvider) ? claimMeters(telemetry) : []),
    ...(logs.setGlobalLoggerProvider(telemetry.loggerProvider) === telemetry.loggerProvider ? [() => logs.disable()] : []),
    registerPropagation(telemetry),
  ];
  return () => undos.forEach((undo) => undo());
}

/**
 * Registers what a disabled set-up still needs: the context is kept and propagated.
 *
 * @returns the undo
 */
export function registerPropagationOnly(propagators: readonly PropagatorName[]): () => void {
  return registerPropagation({ propagator: createPropagator(propagators) });
}

/** The instruments that were made before belong to the set-up, until it ends. */
function claimMeters({ meterProvider }: Telemetry): (() => void)[] {
  return [attachEarlyMeters(meterProvider), () => metrics.disable()];
}

function registerPropagation({ propagator }: Pick<Telemetry, 'propagator'>): () => void {
  const manager = new SharedContextManager();
  const undos = [
    ...(context.setGlobalContextManager(manager.enable()) ? [() => context.disable()] : []),
    ...(propagation.setGlobalPropagator(propagator) ? [() => propagation.disable()] : []),
  ];
  return () => undos.forEach((undo) => undo());
}
