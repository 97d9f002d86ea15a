/** The signals that a destination can take. */
export type Signal = 'traces' | 'metrics' | 'logs';

/** What a connection over TLS is made with, as the contents of PEM files. */
export interface Certificates {
  /** The authority that has signed the destination's certificate. */
  readonly ca?: Buffer;
  /** The client's own certificate. */
  readonly cert?: Buffer;
  /** The key of the client's own certificate. */
  readonly key?: Buffer;
}

/** Where OTLP goes for one signal. */
export interface OtlpEndpoint {
  /** The full URL, path included. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long one request may take, in milliseconds. */
  readonly timeoutMillis: number;
  readonly compression: 'gzip' | 'none';
  readonly certificates: Certificates;
}

/**
 * OTLP over http/protobuf to a Collector or a vendor. What is not set takes the `OTEL_EXPORTER_OTLP_*` variables, then
 * the specification's default.
 */
export interface OtlpDestination {
  readonly kind: 'otlp';
  /** The name under which `otel.status()` and messages speak of it. */
  readonly name: string;
  /** The base address, to which `/v1/traces`, `/v1/metrics` and `/v1/logs` are added. */
  readonly endpoint?: string;
  /** Headers of every request, in the place of those of the variables. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long one request may take, in milliseconds. */
  readonly timeoutMillis?: number;
  /** The compression of the requests' bodies. */
  readonly compression?: 'gzip' | 'none';
  /** The signals that are sent. */
  readonly signals: readonly Signal[];
}

/** Telemetry on the process's own standard output. */
export interface ConsoleDestination {
  readonly kind: 'console';
  /** The name under which `otel.status()` and messages speak of it. */
  readonly name: string;
  /** The signals that are printed. */
  readonly signals: readonly Signal[];
}

/** A place to which telemetry is sent, made by a function such as {@link collector}. */
export type Destination = OtlpDestination | ConsoleDestination;
