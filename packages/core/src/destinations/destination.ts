/** The signals that a destination can take. */
export type Signal = 'traces' | 'metrics' | 'logs';

/** How OTLP is sent. */
export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';

/** Whether metrics are sums since the start, or since the last export. */
export type Temporality = 'cumulative' | 'delta' | 'lowmemory';

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
  readonly protocol: OtlpProtocol;
  readonly headers: Readonly<Record<string, string>>;
  /** How long one request may take, in milliseconds. */
  readonly timeoutMillis: number;
  readonly compression: 'gzip' | 'none';
  /** How long a request may be before its compression, in bytes. */
  readonly maxRequestBytes: number;
  readonly certificates: Certificates;
  /** The address of the proxy on the way, with its credentials. */
  readonly proxy: string | undefined;
}

/** What can be said of the way to every destination that takes OTLP. */
export interface DeliveryOptions {
  /** Headers of every request, such as a key. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * How long one request may take, in milliseconds.
   *
   * @default OTEL_EXPORTER_OTLP_TIMEOUT, then 10000
   */
  readonly timeoutMillis?: number;
  /** The compression of the requests' bodies. */
  readonly compression?: 'gzip' | 'none';
  /**
   * The signals that are sent.
   *
   * @default ['traces', 'metrics', 'logs']
   */
  readonly signals?: readonly Signal[];
}

/**
 * OTLP to a Collector, or to anything else that takes it. What is not set takes the `OTEL_EXPORTER_OTLP_*` variables,
 * then the specification's default.
 */
export interface OtlpDestination extends DeliveryOptions {
  readonly kind: 'otlp';
  /** The name under which `otel.status()` and messages speak of it. */
  readonly name: string;
  /** The base address, to which `/v1/traces`, `/v1/metrics` and `/v1/logs` are added. */
  readonly endpoint?: string;
  /** How OTLP is sent. */
  readonly protocol?: OtlpProtocol;
  /** Whether metrics are sums since the start, or since the last export. */
  readonly temporality?: Temporality;
  /** The signals that are sent. */
  readonly signals: readonly Signal[];
}

/** The vendors that Otelier knows. */
export type VendorName =
  | 'mackerel'
  | 'grafanaCloud'
  | 'datadog'
  | 'honeycomb'
  | 'newRelic'
  | 'dash0'
  | 'axiom'
  | 'elastic';

/** The intake of a vendor, made by a function such as `mackerel()`. What is not set takes the vendor's variables. */
export interface VendorDestination extends DeliveryOptions {
  readonly kind: 'vendor';
  readonly vendor: VendorName;
  /** The name under which `otel.status()` and messages speak of it. */
  readonly name: string;
  /** The key that may write. It is never shown. */
  readonly key?: string;
  /** What else the vendor has to be told, such as a site. */
  readonly settings: Readonly<Record<string, string>>;
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
  /**
   * Whether a trace is one line instead of a tree.
   *
   * @default false
   */
  readonly quiet?: boolean;
}

/** A place to which telemetry is sent, made by a function such as {@link collector}. */
export type Destination = OtlpDestination | VendorDestination | ConsoleDestination;
