import { checkDeliveryOptions, checkEndpoint } from './destination-checks.js';
import type { OtlpDestination, Signal } from './destination.js';

/** Options of {@link collector}. */
export interface CollectorOptions {
  /**
   * Headers of every request, such as a key; they stand in the place of those of the variables.
   *
   * @default OTEL_EXPORTER_OTLP_HEADERS
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * How long one request may take, in milliseconds.
   *
   * @default OTEL_EXPORTER_OTLP_TIMEOUT, then 10000
   */
  readonly timeoutMillis?: number;
  /**
   * The compression of the requests' bodies.
   *
   * @default OTEL_EXPORTER_OTLP_COMPRESSION, then 'none'
   */
  readonly compression?: 'gzip' | 'none';
  /**
   * The signals that are sent.
   *
   * @default ['traces', 'metrics', 'logs']
   */
  readonly signals?: readonly Signal[];
}

/**
 * An OpenTelemetry Collector, or anything else that takes OTLP over http/protobuf.
 *
 * @param url - the base address, to which `/v1/traces`, `/v1/metrics` and `/v1/logs` are added; by default
 *   OTEL_EXPORTER_OTLP_ENDPOINT, then `http://localhost:4318`
 * @throws TypeError when the address is not an absolute http or https URL, or for a wrong option
 */
export function collector(url?: string, options: CollectorOptions = {}): OtlpDestination {
  checkEndpoint('collector(url)', url);
  checkDeliveryOptions('collector', options);
  return { kind: 'otlp', name: 'collector', signals: ['traces', 'metrics', 'logs'], ...withoutUndefined(options), endpoint: url };
}

/** An option that is given as `undefined` is not given. */
function withoutUndefined(options: CollectorOptions): CollectorOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
