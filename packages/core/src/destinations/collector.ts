import type { OtlpDestination, Signal } from './destination.js';

/** Options of {@link collector}. */
export interface CollectorOptions {
  /** Headers of every request, such as a key. */
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
   * @default ['traces', 'metrics']
   */
  readonly signals?: readonly Signal[];
}

/**
 * An OpenTelemetry Collector, or anything else that takes OTLP over http/protobuf.
 *
 * @param url - the base address, to which `/v1/traces` and `/v1/metrics` are added; by default
 *   OTEL_EXPORTER_OTLP_ENDPOINT, then `http://localhost:4318`
 * @throws TypeError when the address is not an absolute http or https URL
 */
export function collector(url?: string, options: CollectorOptions = {}): OtlpDestination {
  if (url !== undefined && !isHttpUrl(url)) {
    throw new TypeError(
      `[otelier] collector(url): ${JSON.stringify(url)} is not an address. Allowed: an absolute http or https URL.`,
    );
  }
  return { kind: 'otlp', name: 'collector', signals: ['traces', 'metrics'], ...options, endpoint: url };
}

/** Whether a text is an absolute http or https URL. */
export function isHttpUrl(text: unknown): text is string {
  return typeof text === 'string' && /^https?:\/\//i.test(text) && URL.canParse(text);
}
