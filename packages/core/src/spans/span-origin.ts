import type { Context, Link, SpanContext, SpanKind, TimeInput } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace-node';
import type { OwnAttributes } from '../tracing/own-tracer.js';
import type { AttributeLimits } from './span-attributes.js';
import type { SpanClock } from './span-clock.js';

type Resource = ReadableSpan['resource'];

/** How many spans have been recorded. */
export interface SpanCounts {
  started: number;
  ended: number;
}

/** Who hears of spans, in the order in which they hear of each. Those of Otelier's own do not throw. */
export interface SpanListeners {
  readonly onStart: readonly ((span: Span, within: Context) => void)[];
  /** The span can still be changed. */
  readonly onEnding: readonly ((span: Span) => void)[];
  readonly onEnd: readonly ((span: ReadableSpan) => void)[];
}

/** How much a span may hold, with nothing left to a default. */
export interface SpanLimits {
  readonly attributes: AttributeLimits;
  readonly eventCount: number;
  readonly eventAttributes: AttributeLimits;
  readonly linkCount: number;
  readonly linkAttributes: AttributeLimits;
}

/** What all spans of one tracer share. */
export interface SpanOrigin {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly limits: SpanLimits;
  readonly listeners: SpanListeners;
  readonly counts: SpanCounts;
  readonly clock: SpanClock;
}

/** What a span begins with. */
export interface SpanBeginning {
  readonly name: string;
  readonly kind: SpanKind;
  /** As they are to be recorded, within no limits yet; the sampler's come to them, without a copy of the whole. */
  attributes: OwnAttributes;
  readonly links: readonly Link[] | undefined;
  readonly startTime: TimeInput | undefined;
}

/** Where a span stands in its trace. */
export interface SpanPlace {
  readonly spanContext: SpanContext;
  readonly parentSpanContext: SpanContext | undefined;
  readonly within: Context;
}
