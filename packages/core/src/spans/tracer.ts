import {
  context,
  INVALID_SPANID,
  INVALID_TRACEID,
  isSpanContextValid,
  SpanKind,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type SpanOptions,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace-node';
import { AttributeSource } from '../tracing/attribute-parts.js';
import { contextWithSpan } from '../tracing/own-context.js';
import { madeAttributes, type OwnAttributes, type OwnSpanStart, type OwnTracer } from '../tracing/own-tracer.js';
import { requestScope } from '../tracing/request-scope.js';
import { RecordedSpan } from './recorded-span.js';
import { checkedAttributes } from './span-attributes.js';
import type { SpanIds } from './span-ids.js';
import type { SpanBeginning, SpanOrigin, SpanPlace } from './span-origin.js';
import { UnrecordedSpan } from './unrecorded-span.js';

const NO_ATTRIBUTES: Attributes = Object.freeze({});

/** What decides of the spans of a tracer. */
export interface SpanDecider {
  readonly sampler: Sampler;
  /** Whether the sampler's decision can depend on attributes. */
  readonly readsAttributes: boolean;
  readonly ids: SpanIds;
}

/** Begins spans, with the results of the SDK's tracer. */
export class SpanTracer implements OwnTracer {
  readonly sources = AttributeSource;

  constructor(
    private readonly origin: SpanOrigin,
    private readonly decider: SpanDecider,
  ) {}

  startSpan(name: string, options: SpanOptions = {}, given: Context = context.active()): Span {
    const within = options.root === true ? trace.deleteSpan(given) : given;
    const beginning = {
      name,
      kind: options.kind ?? SpanKind.INTERNAL,
      attributes: checkedAttributes(options.attributes),
      links: options.links?.map((link) => ({ context: link.context, attributes: checkedAttributes(link.attributes) })),
      startTime: options.startTime,
    };
    return this.begin(beginning, within);
  }

  startOwnSpan({ name, kind, attributes, links, startMillis }: OwnSpanStart, within: Context): Span {
    return this.begin({ name, kind, attributes, links, startTime: startMillis }, within);
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: [...unknown[], F]): ReturnType<F>;
  startActiveSpan(name: string, ...rest: unknown[]): unknown {
    // With or without options, and a context behind them; the function comes last.
    const fn = rest.pop() as ((span: Span) => unknown) | undefined;
    if (fn === undefined) {
      return undefined;
    }
    const [options, given] = rest as [SpanOptions?, Context?];
    const within = given ?? context.active();
    const span = this.startSpan(name, options, within);
    return context.with(contextWithSpan(within, span), fn, undefined, span);
  }

  private begin(beginning: SpanBeginning, within: Context): Span {
    if (isTracingSuppressed(within)) {
      return new UnrecordedSpan(INVALID_TRACEID, INVALID_SPANID, undefined);
    }
    const { ids, sampler, readsAttributes } = this.decider;
    const active = trace.getSpan(within)?.spanContext();
    const parent = active !== undefined && isSpanContextValid(active) ? active : undefined;
    const traceId = parent?.traceId ?? ids.traceId();
    const { name, kind, attributes, links } = beginning;
    const given = readsAttributes ? madeAttributes(attributes) : attributes;
    const shown = readsAttributes ? (given as Attributes) : NO_ATTRIBUTES;
    const result = sampler.shouldSample(within, traceId, name, kind, shown, links === undefined ? [] : [...links]);
    const traceState = result.traceState ?? parent?.traceState;
    if (result.decision === SamplingDecision.NOT_RECORD) {
      return new UnrecordedSpan(traceId, ids.spanId(), traceState);
    }
    const traceFlags = result.decision === SamplingDecision.RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const spanContext = { traceId, spanId: ids.spanId(), traceFlags, traceState };
    beginning.attributes = initialAttributes(given, requestScope(within)?.attributes, result.attributes);
    return this.record(beginning, { spanContext, parentSpanContext: parent, within });
  }

  private record(beginning: SpanBeginning, place: SpanPlace): Span {
    const { counts, listeners } = this.origin;
    counts.started += 1;
    const span = new RecordedSpan(this.origin, beginning, place);
    for (const onStart of listeners.onStart) {
      onStart(span, place.within);
    }
    return span;
  }
}

/**
 * A span's first attributes: what the application has set for the request belongs to all of its spans, and the sampler
 * has the last word.
 */
function initialAttributes(
  own: OwnAttributes,
  ofRequest: Attributes | undefined,
  ofSampler: SamplingResult['attributes'],
): OwnAttributes {
  if (ofRequest === undefined && ofSampler === undefined) {
    return own;
  }
  return { ...ofRequest, ...madeAttributes(own), ...checkedAttributes(ofSampler) };
}
