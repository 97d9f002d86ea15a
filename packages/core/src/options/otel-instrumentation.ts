import type { MeterProvider, TracerProvider } from '@opentelemetry/api';

/** An OpenTelemetry instrumentation, as far as the set-up drives it, of whatever version. */
export interface OtelInstrumentation {
  /** The name of its package, such as `@opentelemetry/instrumentation-kafkajs`. */
  readonly instrumentationName: string;
  enable(): void;
  disable(): void;
  setTracerProvider(provider: TracerProvider): void;
  setMeterProvider(provider: MeterProvider): void;
  getConfig?(): object;
}

/** The methods of an {@link OtelInstrumentation}. */
export const INSTRUMENTATION_METHODS = [
  'enable',
  'disable',
  'setTracerProvider',
  'setMeterProvider',
] as const satisfies readonly (keyof OtelInstrumentation)[];
