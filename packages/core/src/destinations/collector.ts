import { checkEndpoint, checkOtlpOptions } from './delivery-checks.js';
import type { DeliveryOptions, OtlpDestination, OtlpProtocol, Temporality } from './destination.js';

/** Options of {@link collector}. */
export interface CollectorOptions extends DeliveryOptions {
  /**
   * Headers of every request, such as a key; they stand in the place of those of the variables.
   *
   * @default OTEL_EXPORTER_OTLP_HEADERS
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The compression of the requests' bodies.
   *
   * @default OTEL_EXPORTER_OTLP_COMPRESSION, then 'none'
   */
  readonly compression?: 'gzip' | 'none';
  /**
   * How OTLP is sent. The port of gRPC is 4317, that of the others 4318.
   *
   * @default OTEL_EXPORTER_OTLP_PROTOCOL, then 'http/protobuf'
   */
  readonly protocol?: OtlpProtocol;
  /**
   * Whether metrics are sums since the start, or since the last export.
   *
   * @default OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE, then 'cumulative'
   */
  readonly temporality?: Temporality;
}

/**
 * An OpenTelemetry Collector, or anything else that takes OTLP.
 *
 * @param url - the base address, to which `/v1/traces`, `/v1/metrics` and `/v1/logs` are added, in gRPC nothing; by
 *   default OTEL_EXPORTER_OTLP_ENDPOINT, then `http://localhost:4318`, in gRPC `http://localhost:4317`
 * @throws TypeError when the address is not an absolute http or https URL, or for a wrong option
 */
export function collector(url?: string, options: CollectorOptions = {}): OtlpDestination {
  checkEndpoint('collector(url)', url);
  checkOtlpOptions('collector', options);
  const signals = ['traces', 'metrics', 'logs'] as const;
  return { kind: 'otlp', name: 'collector', signals, ...withoutUndefined(options), endpoint: url };
}

/** An option that is given as `undefined` is not given. */
function withoutUndefined(options: CollectorOptions): CollectorOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
