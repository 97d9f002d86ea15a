/** A decoded attribute or log body; 64-bit integers beyond the safe range stay `bigint`, bytes stay bytes. */
export type AttributeValue =
  | string
  | number
  | boolean
  | bigint
  | Uint8Array
  | undefined
  | AttributeValue[]
  | { [key: string]: AttributeValue };

/** Decoded attributes by key. */
export type Attributes = Record<string, AttributeValue>;

/** The instrumentation scope that a signal came from. */
export interface ReceivedScope {
  readonly name: string;
  readonly version?: string;
}

/** What every received record carries beside its own fields. */
export interface ReceivedOrigin {
  readonly resource: Attributes;
  readonly scope: ReceivedScope;
  /** Schema URL of the scope, or of the resource where the scope has none. */
  readonly schemaUrl?: string;
}

/** The five span kinds of OTLP, and `UNSPECIFIED` where the sender set none. */
export type ReceivedSpanKind = 'UNSPECIFIED' | 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';

/** A span event as it arrived. */
export interface ReceivedEvent {
  readonly name: string;
  readonly timeUnixNano: bigint;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

/** A span link as it arrived. */
export interface ReceivedLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string;
  readonly flags: number;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

/** A span as it arrived, with ids in hex and times in nanoseconds since the epoch. */
export interface ReceivedSpan extends ReceivedOrigin {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined at a root. */
  readonly parentSpanId?: string;
  readonly traceState?: string;
  /** The W3C trace flags in the low byte, and above them whether the parent was remote. */
  readonly flags: number;
  readonly name: string;
  readonly kind: ReceivedSpanKind;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly attributes: Attributes;
  readonly events: readonly ReceivedEvent[];
  readonly links: readonly ReceivedLink[];
  readonly status: { readonly code: 'UNSET' | 'OK' | 'ERROR'; readonly message?: string };
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** One side of an exponential histogram. */
export interface ReceivedBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

/** A measurement kept as an example of a data point, with the trace it was made in. */
export interface ReceivedExemplar {
  readonly value: number;
  readonly timeUnixNano: bigint;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: Attributes;
}

/** A metric data point; which of the optional fields are set follows from the metric's type. */
export interface ReceivedDataPoint {
  readonly attributes: Attributes;
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly flags: number;
  readonly exemplars: readonly ReceivedExemplar[];
  readonly value?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bucketCounts?: readonly number[];
  readonly explicitBounds?: readonly number[];
  readonly scale?: number;
  readonly zeroCount?: number;
  readonly positive?: ReceivedBuckets;
  readonly negative?: ReceivedBuckets;
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[];
}

/** A metric as it arrived. */
export interface ReceivedMetric extends ReceivedOrigin {
  readonly name: string;
  readonly description?: string;
  readonly unit: string;
  readonly type: 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary';
  readonly temporality?: 'UNSPECIFIED' | 'DELTA' | 'CUMULATIVE';
  readonly monotonic?: boolean;
  readonly dataPoints: readonly ReceivedDataPoint[];
}

/** A log record as it arrived. */
export interface ReceivedLogRecord extends ReceivedOrigin {
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  readonly severityNumber: number;
  readonly severityText?: string;
  readonly eventName?: string;
  readonly body: AttributeValue;
  readonly attributes: Attributes;
  readonly flags: number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly droppedAttributesCount: number;
}

/** One request as the sink saw it, whatever it answered. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Size of the body on the wire in bytes. */
  readonly bytes: number;
  readonly encoding: 'gzip' | 'identity' | (string & {});
  /** What the sink answered; undefined when it gave no answer. */
  readonly status?: number;
  /** Why the sink refused the request. */
  readonly refusal?: string;
}
