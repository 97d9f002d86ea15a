import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { reportProblem } from '../diagnostics/report.js';
import { announceLazySampler } from '../http/sampling-attributes.js';
import { attachEarlyMeters } from '../metrics/early/early-meters.js';
import type { PropagatorName } from '../options/resolved-options.js';
import { noteContextManager } from '../tracing/context-store.js';
import { SharedContextManager } from './context-manager.js';
import { createPropagator } from './propagators.js';
import type { Telemetry } from './telemetry.js';

/** Where all copies of the API of one major version keep what is registered. */
const API = Symbol.for('opentelemetry.js.api.1');

/**
 * Registers everything with the OpenTelemetry API.
 *
 * @returns the undo; what the application had registered before stays
 */
export function registerTelemetry(telemetry: Telemetry): () => void {
  const undos = [
    ...(trace.setGlobalTracerProvider(telemetry.tracerProvider) ? [announceLazySampler(), () => trace.disable()] : tellOfOtherApi()),
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

/** Where no SDK has been found before, the API refuses one when something was registered with another version of it. */
function tellOfOtherApi(): [] {
  const { version } = ((globalThis as Record<symbol, unknown>)[API] ?? {}) as { readonly version?: unknown };
  reportProblem('OTELIER_API_REFUSED', `@opentelemetry/api ${String(version)} was used first, which takes no set-up of another version.`);
  return [];
}

/** The instruments that were made before belong to the set-up, until it ends. */
function claimMeters({ meterProvider }: Telemetry): (() => void)[] {
  return [attachEarlyMeters(meterProvider), () => metrics.disable()];
}

function useOwnContexts(): (() => void)[] {
  noteContextManager(true);
  return [() => context.disable()];
}

function registerPropagation({ propagator }: Pick<Telemetry, 'propagator'>): () => void {
  const undos = [
    ...(context.setGlobalContextManager(new SharedContextManager().enable()) ? useOwnContexts() : []),
    ...(propagation.setGlobalPropagator(propagator) ? [() => propagation.disable()] : []),
  ];
  return () => undos.forEach((undo) => undo());
}
