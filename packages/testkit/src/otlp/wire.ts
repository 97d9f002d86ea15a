/** What is common to OTLP decoded from protobuf (bytes, `Long`, null) and from JSON (hex, decimal strings, absent). */
type Absent = null | undefined;

/** A 64-bit integer: `Long` from protobuf, a decimal string or a number in JSON. */
export type WireInteger = string | number | { toString(): string } | Absent;

/** A trace or span id: bytes from protobuf, hex in JSON. */
export type WireId = string | Uint8Array | Absent;

/** An attribute value or a log body: one of the fields is set. */
export interface WireAnyValue {
  stringValue?: string | Absent;
  boolValue?: boolean | Absent;
  intValue?: WireInteger;
  doubleValue?: number | string | Absent;
  arrayValue?: { values?: WireAnyValue[] | Absent } | Absent;
  kvlistValue?: { values?: WireKeyValue[] | Absent } | Absent;
  bytesValue?: Uint8Array | string | Absent;
}

/** One attribute. */
export interface WireKeyValue {
  key?: string | Absent;
  value?: WireAnyValue | Absent;
}

/** The instrumentation scope of a group of records. */
export interface WireScope {
  name?: string | Absent;
  version?: string | Absent;
}

/** The resource of a group of scopes. */
export interface WireResource {
  attributes?: WireKeyValue[] | Absent;
}

/** A span event. */
export interface WireEvent {
  timeUnixNano?: WireInteger;
  name?: string | Absent;
  attributes?: WireKeyValue[] | Absent;
  droppedAttributesCount?: number | Absent;
}

/** A span link. */
export interface WireLink {
  traceId?: WireId;
  spanId?: WireId;
  traceState?: string | Absent;
  flags?: number | Absent;
  attributes?: WireKeyValue[] | Absent;
  droppedAttributesCount?: number | Absent;
}

/** A span. */
export interface WireSpan {
  traceId?: WireId;
  spanId?: WireId;
  parentSpanId?: WireId;
  traceState?: string | Absent;
  flags?: number | Absent;
  name?: string | Absent;
  kind?: number | Absent;
  startTimeUnixNano?: WireInteger;
  endTimeUnixNano?: WireInteger;
  attributes?: WireKeyValue[] | Absent;
  events?: WireEvent[] | Absent;
  links?: WireLink[] | Absent;
  status?: { code?: number | Absent; message?: string | Absent } | Absent;
  droppedAttributesCount?: number | Absent;
  droppedEventsCount?: number | Absent;
  droppedLinksCount?: number | Absent;
}

/** An exemplar of a data point. */
export interface WireExemplar {
  filteredAttributes?: WireKeyValue[] | Absent;
  timeUnixNano?: WireInteger;
  asDouble?: number | string | Absent;
  asInt?: WireInteger;
  traceId?: WireId;
  spanId?: WireId;
}

/** One side of an exponential histogram. */
export interface WireBuckets {
  offset?: number | Absent;
  bucketCounts?: WireInteger[] | Absent;
}

/** A data point of any type of metric, with the fields of all of them. */
export interface WireDataPoint {
  attributes?: WireKeyValue[] | Absent;
  startTimeUnixNano?: WireInteger;
  timeUnixNano?: WireInteger;
  flags?: number | Absent;
  exemplars?: WireExemplar[] | Absent;
  asDouble?: number | string | Absent;
  asInt?: WireInteger;
  count?: WireInteger;
  sum?: number | string | Absent;
  min?: number | string | Absent;
  max?: number | string | Absent;
  bucketCounts?: WireInteger[] | Absent;
  explicitBounds?: (number | string)[] | Absent;
  scale?: number | Absent;
  zeroCount?: WireInteger;
  positive?: WireBuckets | Absent;
  negative?: WireBuckets | Absent;
  quantileValues?: { quantile?: number | string | Absent; value?: number | string | Absent }[] | Absent;
}

/** What a metric holds, whichever its type. */
export interface WireMetricData {
  dataPoints?: WireDataPoint[] | Absent;
  aggregationTemporality?: number | Absent;
  isMonotonic?: boolean | Absent;
}

/** A metric: one of its five data fields is set. */
export interface WireMetric {
  name?: string | Absent;
  description?: string | Absent;
  unit?: string | Absent;
  gauge?: WireMetricData | Absent;
  sum?: WireMetricData | Absent;
  histogram?: WireMetricData | Absent;
  exponentialHistogram?: WireMetricData | Absent;
  summary?: WireMetricData | Absent;
}

/** A log record. */
export interface WireLogRecord {
  timeUnixNano?: WireInteger;
  observedTimeUnixNano?: WireInteger;
  severityNumber?: number | Absent;
  severityText?: string | Absent;
  eventName?: string | Absent;
  body?: WireAnyValue | Absent;
  attributes?: WireKeyValue[] | Absent;
  flags?: number | Absent;
  traceId?: WireId;
  spanId?: WireId;
  droppedAttributesCount?: number | Absent;
}

/** The items of one scope, under the name that the signal gives them. */
type WireScoped<Items extends string, Item> = {
  scope?: WireScope | Absent;
  schemaUrl?: string | Absent;
} & { [key in Items]?: Item[] | Absent };

/** The scopes of one resource, under the name that the signal gives them. */
type WireOwned<Scopes extends string, Scoped> = {
  resource?: WireResource | Absent;
  schemaUrl?: string | Absent;
} & { [key in Scopes]?: Scoped[] | Absent };

/** The body of a trace export. */
export interface WireTraceRequest {
  resourceSpans?: WireOwned<'scopeSpans', WireScoped<'spans', WireSpan>>[] | Absent;
}

/** The body of a metrics export. */
export interface WireMetricsRequest {
  resourceMetrics?: WireOwned<'scopeMetrics', WireScoped<'metrics', WireMetric>>[] | Absent;
}

/** The body of a logs export. */
export interface WireLogsRequest {
  resourceLogs?: WireOwned<'scopeLogs', WireScoped<'logRecords', WireLogRecord>>[] | Absent;
}
