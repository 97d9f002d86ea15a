/** What a sampling rule compares with a text: the same text, a pattern with `*` and `?`, or a regular expression. */
export type SamplingPattern = string | RegExp;

/** What a sampling rule compares with an attribute; of an array, one item has to match. */
export type SamplingValue = SamplingPattern | number | boolean;

/**
 * One rule of {@link SamplingOptions.rules}. It matches a local trace whose first span matches all that is given; one
 * that gives nothing matches every trace. Exactly one of `ratio`, `keep` and `drop` says what becomes of the trace.
 */
export interface SamplingRule {
  /** The template of a request's route (`http.route`), exact or a glob for paths; known when the response has ended. */
  readonly route?: SamplingPattern;
  /** A request's method, as sent or as `http.request.method` has it, in any case; one of them where it is an array. */
  readonly method?: string | readonly string[];
  /** A request's path (`url.path`), exact or as a glob for paths: `*` stays within a segment, `**` is any number. */
  readonly path?: SamplingPattern;
  /** The host that a request was sent to (`server.address`), in any case. */
  readonly host?: SamplingPattern;
  /** Attributes of the first span, each of which has to match. */
  readonly attributes?: Readonly<Record<string, SamplingValue>>;
  /** The share of traces that is kept, from 0 to 1, beside those with an error and slow ones. */
  readonly ratio?: number;
  /** Keeps every one. */
  readonly keep?: true;
  /** Keeps none, nor those with an error. */
  readonly drop?: true;
}

/** What traces that are not decided on may hold in memory. */
export interface SamplingLimits {
  /**
   * The number of traces with waiting spans.
   *
   * @default 10000
   */
  readonly maxTraces?: number;
  /**
   * The number of waiting spans of one trace.
   *
   * @default 1000
   */
  readonly maxSpansPerTrace?: number;
  /**
   * The number of waiting spans of all traces.
   *
   * @default 20000
   */
  readonly maxSpans?: number;
  /**
   * The size of all waiting spans, in bytes, as estimated from their texts.
   *
   * @default 33554432
   */
  readonly maxBytes?: number;
  /**
   * How long spans wait for the end of their trace, in milliseconds.
   *
   * @default 30000
   */
  readonly maxAgeMillis?: number;
}

/** Which local traces are exported: all spans of one trace beneath one first span in this process. */
export interface SamplingOptions {
  /**
   * The share of traces that begin here and are kept, from 0 to 1.
   *
   * @default the share that OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG ask for, which is 1
   */
  readonly ratio?: number;
  /**
   * Whether every trace with a span of status ERROR is kept.
   *
   * @default false
   */
  readonly keepErrors?: boolean;
  /**
   * Every trace whose first span takes at least this long is kept, in milliseconds.
   *
   * @default none is
   */
  readonly keepSlowerThanMillis?: number;
  /**
   * Other shares for some of the traces; the first rule that matches counts.
   *
   * @default []
   */
  readonly rules?: readonly SamplingRule[];
  /**
   * How many traces are kept in a second at most, beside those that a caller has decided to sample; those of one second
   * can come at once.
   *
   * @default no limit
   */
  readonly perSecond?: number;
  /** What traces that are not decided on may hold in memory; what is let go is counted in `otel.status().sampling`. */
  readonly limits?: SamplingLimits;
}
