import { collector, isHttpUrl } from '../destinations/collector.js';
import { consoleDestination } from '../destinations/console.js';
import type { Destination, OtlpDestination, Signal } from '../destinations/destination.js';
import type { EnvReader } from './env-values.js';
import type { OtelOptions } from './otel-options.js';
import type { ResolvedDestination, ResolvedSignal } from './resolved-options.js';

const DEFAULT_ENDPOINT = 'http://localhost:4318';
const DEFAULT_TIMEOUT_MILLIS = 10_000;
const HTTP_URL = 'an absolute http or https URL';
const EXPORTERS = ['otlp', 'console', 'none'] as const;

/**
 * Settles where each signal goes.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function resolveDestinations(options: OtelOptions, env: EnvReader): readonly ResolvedDestination[] {
  const destinations = options.destinations ?? destinationsFromEnv(env);
  return destinations
    .map((destination) => ({
      name: destination.name,
      traces: resolveSignal(destination, 'traces', env),
      metrics: resolveSignal(destination, 'metrics', env),
    }))
    .filter((destination) => destination.traces !== undefined || destination.metrics !== undefined);
}

function destinationsFromEnv(env: EnvReader): Destination[] {
  const traces = env.words(EXPORTERS, 'otlp', 'OTEL_TRACES_EXPORTER') ?? ['otlp'];
  const metrics = env.words(EXPORTERS, 'otlp', 'OTEL_METRICS_EXPORTER') ?? ['otlp'];
  const signalsOf = (exporter: 'otlp' | 'console'): Signal[] => [
    ...(traces.includes(exporter) ? (['traces'] as const) : []),
    ...(metrics.includes(exporter) ? (['metrics'] as const) : []),
  ];
  return [
    collector(undefined, { signals: signalsOf('otlp') }),
    { ...consoleDestination(), signals: signalsOf('console') },
  ];
}

function resolveSignal(destination: Destination, signal: Signal, env: EnvReader): ResolvedSignal | undefined {
  if (!destination.signals.includes(signal)) {
    return undefined;
  }
  return destination.kind === 'console' ? { kind: 'console' } : resolveOtlp(destination, signal, env);
}

function resolveOtlp(destination: OtlpDestination, signal: Signal, env: EnvReader): ResolvedSignal {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}`;
  const general = 'OTEL_EXPORTER_OTLP';
  env.word(['http/protobuf'], 'http/protobuf', `${own}_PROTOCOL`, `${general}_PROTOCOL`);
  return {
    kind: 'otlp',
    endpoint: {
      url: resolveUrl(destination, signal, env),
      headers: {
        ...env.pairs(`${general}_HEADERS`, { secret: true }),
        ...env.pairs(`${own}_HEADERS`, { secret: true }),
        ...destination.headers,
      },
      timeoutMillis:
        destination.timeoutMillis ??
        env.millis(DEFAULT_TIMEOUT_MILLIS, `${own}_TIMEOUT`, `${general}_TIMEOUT`) ??
        DEFAULT_TIMEOUT_MILLIS,
      compression:
        destination.compression ??
        env.word(['gzip', 'none'], 'none', `${own}_COMPRESSION`, `${general}_COMPRESSION`) ??
        'none',
    },
  };
}

/** A base endpoint gets the signal's path; an endpoint for one signal is used as it is. */
function resolveUrl(destination: OtlpDestination, signal: Signal, env: EnvReader): string {
  if (destination.endpoint !== undefined) {
    return withSignalPath(destination.endpoint, signal);
  }
  const ownName = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
  const own = env.text(ownName);
  if (own !== undefined && isHttpUrl(own)) {
    return own;
  }
  if (own !== undefined) {
    env.invalid(ownName, { value: own, allowed: HTTP_URL, fallback: 'the general endpoint' });
  }
  const general = env.text('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (general !== undefined && !isHttpUrl(general)) {
    env.invalid('OTEL_EXPORTER_OTLP_ENDPOINT', { value: general, allowed: HTTP_URL, fallback: DEFAULT_ENDPOINT });
    return withSignalPath(DEFAULT_ENDPOINT, signal);
  }
  return withSignalPath(general ?? DEFAULT_ENDPOINT, signal);
}

function withSignalPath(base: string, signal: Signal): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/${signal}`;
  return url.href;
}
