import { areHeaders } from '../destinations/delivery-checks.js';
import type { Certificates, OtlpDestination, OtlpEndpoint, OtlpProtocol, Signal } from '../destinations/destination.js';
import { HTTP_URL, hideUrlSecrets, isHttpUrl } from '../destinations/http-url.js';
import { isTransportHeader, OWN_HEADER } from '../destinations/transport-headers.js';
import { isUsable, PEM, type CertificatePart } from './certificate-files.js';
import { resolveProxy } from './resolve-proxy.js';
import { VARIABLES, type VariableName, type VariableOf } from './variables/catalogue.js';
import type { EnvReader } from './variables/env-reader.js';

/**
 * How long a request may be where the destination does not say, in bytes: a Collector refuses more than 20 MiB over
 * HTTP, and a gRPC server more than 4 MiB.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/confighttp/README.md
 */
export const MAX_REQUEST_BYTES = {
  'http/protobuf': 16_000_000,
  'http/json': 16_000_000,
  grpc: 4_000_000,
} as const satisfies Record<OtlpProtocol, number>;

const SERVICES = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
} as const satisfies Record<Signal, string>;

const GRPC_FALLBACK = 'http://localhost:4317';

/**
 * Settles where a signal of a destination goes.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function resolveEndpoint(destination: OtlpDestination, signal: Signal, env: EnvReader): OtlpEndpoint {
  const own = `OTEL_EXPORTER_OTLP_${inUpperCase(signal)}` as const;
  const protocol = destination.protocol ?? env.word(`${own}_PROTOCOL`);
  const url = resolveUrl(destination, { signal, protocol }, env);
  return {
    url,
    protocol,
    // A destination with headers of its own does not get those of the variables: they can hold another one's key.
    headers: Object.freeze(
      destination.headers === undefined
        ? { ...headersFromEnv('OTEL_EXPORTER_OTLP_HEADERS', env), ...headersFromEnv(`${own}_HEADERS`, env) }
        : inLowerCase(destination.headers),
    ),
    timeoutMillis: destination.timeoutMillis ?? env.millis(`${own}_TIMEOUT`),
    compression: destination.compression ?? env.word(`${own}_COMPRESSION`),
    maxRequestBytes: MAX_REQUEST_BYTES[protocol],
    certificates: Object.freeze(certificatesFromEnv(own, env)),
    proxy: resolveProxy(url, env),
  };
}

/** The case of a header's name has no meaning: what is set later wins in any case. */
export function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The name of a signal as variables have it. */
export function inUpperCase<S extends Signal>(signal: S): Uppercase<S> {
  return signal.toUpperCase() as Uppercase<S>;
}

/** The URL of a signal at a base address: a path beneath it, or the signal's method of gRPC. */
export function signalUrl(base: string, { signal, protocol }: SignalWay): string {
  const url = new URL(base);
  url.pathname =
    protocol === 'grpc' ? `/${SERVICES[signal]}/Export` : `${url.pathname.replace(/\/$/, '')}/v1/${signal}`;
  return url.href;
}

/** A signal and how it is sent. */
export interface SignalWay {
  readonly signal: Signal;
  readonly protocol: OtlpProtocol;
}

/** A base endpoint gets the signal's path; an endpoint for one signal is used as it is, but has no path in gRPC. */
function resolveUrl(destination: OtlpDestination, way: SignalWay, env: EnvReader): string {
  if (destination.endpoint !== undefined) {
    return signalUrl(destination.endpoint, way);
  }
  const isGrpc = way.protocol === 'grpc';
  const own = `OTEL_EXPORTER_OTLP_${inUpperCase(way.signal)}` as const;
  const insecure = env.text(`${own}_INSECURE`) === undefined ? 'OTEL_EXPORTER_OTLP_INSECURE' : (`${own}_INSECURE` as const);
  const scheme = env.flag(insecure) ? 'http' : 'https';
  const read = (name: VariableName, fallback: string): string | undefined => {
    const given = env.text(name);
    const url = isGrpc && given !== undefined && isTarget(given) ? `${scheme}://${given}` : given;
    if (url === undefined || isHttpUrl(url)) {
      return url;
    }
    env.invalid(name, { value: hideUrlSecrets(url), allowed: HTTP_URL, fallback });
    return undefined;
  };
  const signalEndpoint = read(`${own}_ENDPOINT`, 'the general endpoint');
  if (signalEndpoint !== undefined) {
    return isGrpc ? signalUrl(signalEndpoint, way) : new URL(signalEndpoint).href;
  }
  const fallback = isGrpc ? GRPC_FALLBACK : VARIABLES.OTEL_EXPORTER_OTLP_ENDPOINT.fallback;
  return signalUrl(read('OTEL_EXPORTER_OTLP_ENDPOINT', fallback) ?? fallback, way);
}

/** The address of a gRPC server without a scheme: a name or an address, and a port. */
function isTarget(text: string): boolean {
  return /^(\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i.test(text);
}

function certificatesFromEnv(own: `OTEL_EXPORTER_OTLP_${Uppercase<Signal>}`, env: EnvReader): Certificates {
  const read = (part: CertificatePart, name: VariableOf<'file'>): Buffer | undefined =>
    env.file(name, { accept: (content) => isUsable({ [part]: content }), allowed: PEM[part] });
  const ca = read('ca', `${own}_CERTIFICATE`);
  const cert = read('cert', `${own}_CLIENT_CERTIFICATE`);
  const key = read('key', `${own}_CLIENT_KEY`);
  if (cert !== undefined && key !== undefined && !isUsable({ cert, key })) {
    const inForce = (suffix: 'CLIENT_KEY' | 'CLIENT_CERTIFICATE'): VariableOf<'file'> =>
      env.text(`${own}_${suffix}`) === undefined ? `OTEL_EXPORTER_OTLP_${suffix}` : `${own}_${suffix}`;
    const allowed = `the key of ${inForce('CLIENT_CERTIFICATE')}`;
    env.invalid(inForce('CLIENT_KEY'), { value: env.text(inForce('CLIENT_KEY')), allowed, fallback: 'neither of the two' });
    return { ...(ca && { ca }) };
  }
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function headersFromEnv(name: VariableOf<'secret-pairs'>, env: EnvReader): Record<string, string> {
  const headers = Object.entries(inLowerCase(env.pairs(name, areHeaders)));
  const refused = headers.map(([header]) => header).filter(isTransportHeader);
  if (refused.length > 0) {
    env.invalid(name, { value: refused.join(','), allowed: `a list of headers, with ${OWN_HEADER}`, fallback: 'the others' });
  }
  return Object.fromEntries(headers.filter(([header]) => !isTransportHeader(header)));
}
