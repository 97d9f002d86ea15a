import { collector } from '../destinations/collector.js';
import { consoleDestination } from '../destinations/console.js';
import type { ConsoleDestination, Destination, OtlpDestination, Signal } from '../destinations/destination.js';
import type { OtelOptions } from './otel-options.js';
import { inUpperCase, resolveEndpoint } from './resolve-endpoint.js';
import { resolveConsole } from './resolve-console.js';
import { resolveVendor } from './resolve-vendor.js';
import type { ResolvedDestination, ResolvedSignal } from './resolved-options.js';
import type { EnvReader } from './variables/env-reader.js';

const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

/**
 * Settles where each signal goes.
 *
 * @throws TypeError when a vendor's key, or what else it can't do without, is neither in code nor in a variable
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function resolveDestinations(options: OtelOptions, env: EnvReader): readonly ResolvedDestination[] {
  // Where nothing is sent nothing is missing: a developer's machine has no keys.
  const isDisabled = options.disabled ?? env.flag('OTEL_SDK_DISABLED');
  const destinations = options.destinations ?? destinationsFromEnv(env);
  return destinations
    .filter(({ kind }) => kind !== 'vendor' || !isDisabled)
    .map((destination) => Object.freeze(resolveDestination(destination, env)))
    .filter((destination) => SIGNALS.some((signal) => destination[signal] !== undefined));
}

function destinationsFromEnv(env: EnvReader): Destination[] {
  const exporters = SIGNALS.map((signal) => [signal, env.words(`OTEL_${inUpperCase(signal)}_EXPORTER`)] as const);
  const signalsOf = (exporter: 'otlp' | 'console'): Signal[] =>
    exporters.filter(([, names]) => names.includes(exporter)).map(([signal]) => signal);
  return [
    collector(undefined, { signals: signalsOf('otlp') }),
    { ...consoleDestination(), signals: signalsOf('console') },
  ];
}

function resolveDestination(destination: Destination, env: EnvReader): ResolvedDestination {
  const { name, signals } = destination;
  const histograms = env.word('OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION');
  const preferred = env.word('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE');
  const settle = (resolve: (signal: Signal) => ResolvedSignal): Record<Signal, ResolvedSignal | undefined> => {
    const only = (signal: Signal): ResolvedSignal | undefined =>
      signals.includes(signal) ? Object.freeze(resolve(signal)) : undefined;
    return { traces: only('traces'), metrics: only('metrics'), logs: only('logs') };
  };
  const plain = { refusalAdvice: undefined, oldEnvironment: false };
  if (destination.kind === 'vendor') {
    const { temporality, endpointOf, ...traits } = resolveVendor(destination, env);
    return {
      name,
      ...settle((signal) => ({ kind: 'otlp', endpoint: Object.freeze(endpointOf(signal)) })),
      metricOptions: Object.freeze({ temporality: temporality ?? preferred, histograms }),
      ...traits,
    };
  }
  const temporality = destination.kind === 'otlp' ? (destination.temporality ?? preferred) : preferred;
  const signalOf =
    destination.kind === 'console'
      ? consoleSignal(destination, env)
      : (signal: Signal): ResolvedSignal => otlpSignal(destination, signal, env);
  return {
    name,
    ...settle(signalOf),
    metricOptions: Object.freeze({ temporality, histograms }),
    ...plain,
  };
}

function consoleSignal(destination: ConsoleDestination, env: EnvReader): () => ResolvedSignal {
  const console = Object.freeze(resolveConsole(destination, env));
  return () => ({ kind: 'console', console });
}

function otlpSignal(destination: OtlpDestination, signal: Signal, env: EnvReader): ResolvedSignal {
  return { kind: 'otlp', endpoint: Object.freeze(resolveEndpoint(destination, signal, env)) };
}
