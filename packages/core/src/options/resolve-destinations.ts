import { collector } from '../destinations/collector.js';
import { consoleDestination } from '../destinations/console.js';
import { areHeaders, HTTP_URL } from '../destinations/destination-checks.js';
import { hideUrlSecrets, isHttpUrl } from '../destinations/http-url.js';
import type { Certificates, Destination, OtlpDestination, OtlpEndpoint, Signal } from '../destinations/destination.js';
import type { OtelOptions } from './otel-options.js';
import type { ResolvedDestination, ResolvedMetricOptions, ResolvedSignal } from './resolved-options.js';
import { VARIABLES, type VariableOf } from './variables/catalogue.js';
import type { EnvReader } from './variables/env-reader.js';

const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

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
        logs: resolveSignal(destination, 'logs', env),
        metricOptions: Object.freeze(resolveMetricOptions(env)),
      }),
    )
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

function resolveMetricOptions(env: EnvReader): ResolvedMetricOptions {
  return {
    temporality: env.word('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'),
    histograms: env.word('OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION'),
  };
}

function resolveEndpoint(destination: OtlpDestination, signal: Signal, env: EnvReader): OtlpEndpoint {
  const own = `OTEL_EXPORTER_OTLP_${inUpperCase(signal)}` as const;
  env.word(`${own}_PROTOCOL`);
  return {
    url: resolveUrl(destination, signal, env),
    // A destination with headers of its own does not get those of the variables: they can hold another one's key.
    headers: Object.freeze(
      destination.headers === undefined
        ? { ...headersFromEnv('OTEL_EXPORTER_OTLP_HEADERS', env), ...headersFromEnv(`${own}_HEADERS`, env) }
        : inLowerCase(destination.headers),
    ),
    timeoutMillis: destination.timeoutMillis ?? env.millis(`${own}_TIMEOUT`),
    compression: destination.compression ?? env.word(`${own}_COMPRESSION`),
    certificates: Object.freeze(certificatesFromEnv(own, env)),
  };
}

function certificatesFromEnv(own: `OTEL_EXPORTER_OTLP_${Uppercase<Signal>}`, env: EnvReader): Certificates {
  const ca = env.file(`${own}_CERTIFICATE`);
  const cert = env.file(`${own}_CLIENT_CERTIFICATE`);
  const key = env.file(`${own}_CLIENT_KEY`);
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function headersFromEnv(name: VariableOf<'secret-pairs'>, env: EnvReader): Record<string, string> {
  return inLowerCase(env.pairs(name, areHeaders));
}

function inUpperCase<S extends Signal>(signal: S): Uppercase<S> {
  return signal.toUpperCase() as Uppercase<S>;
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
  const ownName = `OTEL_EXPORTER_OTLP_${inUpperCase(signal)}_ENDPOINT` as const;
  const { fallback } = VARIABLES.OTEL_EXPORTER_OTLP_ENDPOINT;
  const own = env.text(ownName);
  if (own !== undefined && isHttpUrl(own)) {
    return new URL(own).href;
  }
  if (own !== undefined) {
    env.invalid(ownName, { value: hideUrlSecrets(own), allowed: HTTP_URL, fallback: 'the general endpoint' });
  }
  const general = env.text('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (general === undefined || isHttpUrl(general)) {
    return withSignalPath(general ?? fallback, signal);
  }
  const shown = { value: hideUrlSecrets(general), allowed: HTTP_URL, fallback };
  env.invalid('OTEL_EXPORTER_OTLP_ENDPOINT', shown);
  return withSignalPath(fallback, signal);
}

function withSignalPath(base: string, signal: Signal): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/${signal}`;
  return url.href;
}
