import { collector } from '../destinations/collector.js';
import { consoleDestination } from '../destinations/console.js';
import { areHeaders, HTTP_URL } from '../destinations/destination-checks.js';
import { hideUrlSecrets, isHttpUrl } from '../destinations/http-url.js';
import type { Certificates, Destination, OtlpDestination, OtlpEndpoint, Signal } from '../destinations/destination.js';
import type { EnvReader } from './env-values.js';
import type { OtelOptions } from './otel-options.js';
import type { ResolvedDestination, ResolvedSignal } from './resolved-options.js';

const DEFAULT_ENDPOINT = 'http://localhost:4318';
const DEFAULT_TIMEOUT_MILLIS = 10_000;
const EXPORTERS = ['otlp', 'console', 'none'] as const;

/**
 * Settles where each signal goes.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function resolveDestinations(options: OtelOptions, env: EnvReader): readonly ResolvedDestination[] {
  const destinations = options.destinations ?? destinationsFromEnv(env);
  return destinations
    .map((destination) =>
      Object.freeze({
        name: destination.name,
        traces: resolveSignal(destination, 'traces', env),
        metrics: resolveSignal(destination, 'metrics', env),
      }),
    )
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
  return Object.freeze(
    destination.kind === 'console'
      ? { kind: 'console' }
      : { kind: 'otlp', endpoint: Object.freeze(resolveEndpoint(destination, signal, env)) },
  );
}

function resolveEndpoint(destination: OtlpDestination, signal: Signal, env: EnvReader): OtlpEndpoint {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}`;
  const general = 'OTEL_EXPORTER_OTLP';
  env.word(['http/protobuf'], 'http/protobuf', `${own}_PROTOCOL`, `${general}_PROTOCOL`);
  return {
    url: resolveUrl(destination, signal, env),
    // A destination with headers of its own does not get those of the variables: they can hold another one's key.
    headers: Object.freeze(
      destination.headers === undefined
        ? { ...headersFromEnv(`${general}_HEADERS`, env), ...headersFromEnv(`${own}_HEADERS`, env) }
        : inLowerCase(destination.headers),
    ),
    timeoutMillis:
      destination.timeoutMillis ??
      env.millis(DEFAULT_TIMEOUT_MILLIS, `${own}_TIMEOUT`, `${general}_TIMEOUT`) ??
      DEFAULT_TIMEOUT_MILLIS,
    compression:
      destination.compression ??
      env.word(['gzip', 'none'], 'none', `${own}_COMPRESSION`, `${general}_COMPRESSION`) ??
      'none',
    certificates: Object.freeze(certificatesFromEnv(own, general, env)),
  };
}

function certificatesFromEnv(own: string, general: string, env: EnvReader): Certificates {
  const ca = env.file(`${own}_CERTIFICATE`, `${general}_CERTIFICATE`);
  const cert = env.file(`${own}_CLIENT_CERTIFICATE`, `${general}_CLIENT_CERTIFICATE`);
  const key = env.file(`${own}_CLIENT_KEY`, `${general}_CLIENT_KEY`);
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function headersFromEnv(name: string, env: EnvReader): Record<string, string> {
  return inLowerCase(env.pairs(name, { secret: true, accept: areHeaders }));
}

/** The case of a header's name has no meaning: what is set later wins in any case. */
function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** A base endpoint gets the signal's path; an endpoint for one signal is used as it is. */
function resolveUrl(destination: OtlpDestination, signal: Signal, env: EnvReader): string {
  if (destination.endpoint !== undefined) {
    return withSignalPath(destination.endpoint, signal);
  }
  const ownName = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
  const own = env.text(ownName);
  if (own !== undefined && isHttpUrl(own)) {
    return new URL(own).href;
  }
  if (own !== undefined) {
    env.invalid(ownName, { value: hideUrlSecrets(own), allowed: HTTP_URL, fallback: 'the general endpoint' });
  }
  const general = env.text('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (general === undefined || isHttpUrl(general)) {
    return withSignalPath(general ?? DEFAULT_ENDPOINT, signal);
  }
  const shown = { value: hideUrlSecrets(general), allowed: HTTP_URL, fallback: DEFAULT_ENDPOINT };
  env.invalid('OTEL_EXPORTER_OTLP_ENDPOINT', shown);
  return withSignalPath(DEFAULT_ENDPOINT, signal);
}

function withSignalPath(base: string, signal: Signal): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/${signal}`;
  return url.href;
}
