import type { MeterProvider } from '@opentelemetry/api';
import { guarded } from '../diagnostics/guarded.js';
import type { OtelInstrumentation } from '../options/otel-instrumentation.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { startRuntimeMetrics } from '../runtime-metrics/runtime-metrics.js';

const REPLACEMENT = '@opentelemetry/instrumentation-runtime-node';

/**
 * Measures the runtime where metrics go anywhere, unless the application does not want it, or brings OpenTelemetry's
 * instrumentation for it.
 *
 * @returns the undo
 */
export function measureRuntime(
  { runtimeMetrics, destinations, metricReaders }: ResolvedOptions,
  meterProvider: MeterProvider,
  instrumentations: readonly OtelInstrumentation[],
): () => void {
  const hasReaders = metricReaders.length > 0 || destinations.some(({ metrics }) => metrics !== undefined);
  const isReplaced = instrumentations.some(({ instrumentationName }) => instrumentationName === REPLACEMENT);
  let stop = (): void => {};
  if (runtimeMetrics && hasReaders && !isReplaced) {
    guarded('measuring the runtime', () => {
      stop = startRuntimeMetrics(meterProvider);
    })();
  }
  return () => stop();
}
