import type { InspectOptions } from 'node:util';
import {
  diag,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type AttributeValue,
  type Exception,
  type Link,
  type Span as ApiSpan,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  type TimeInput,
} from '@opentelemetry/api';
import { isTimeInput } from '@opentelemetry/core';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace-node';
import type { OwnAttributes, OwnSpan } from '../tracing/own-tracer.js';
import { requestScope, type RequestScope } from '../tracing/request-scope.js';
import { RecordedTimes } from './recorded-times.js';
import { givenAttributes, isLegalAttribute, makeRoom } from './span-attributes.js';
import { exceptionAttributes } from './span-exception.js';
import { INSPECT, inspectSpan, type Inspect } from './span-inspection.js';
import type { SpanBeginning, SpanOrigin, SpanPlace } from './span-origin.js';
import { hrTimeOf } from './span-time.js';

/** A span of the API that is recorded, and the same as exporters see it, with the results of the SDK's own. */
export class RecordedSpan extends RecordedTimes implements Span, OwnSpan {
  name: string;
  readonly kind: SpanKind;
  readonly parentSpanContext?: SpanContext;
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  readonly links: Link[] = [];
  readonly events: ReadableSpan['events'] = [];
  readonly resource: ReadableSpan['resource'];
  readonly instrumentationScope: ReadableSpan['instrumentationScope'];
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  ended = false;
  /** The request that it was made for, which can turn out to be left out when the span has ended. */
  readonly requestScope: RequestScope | undefined;
  /** Of an open span the next open one around it, and of an ended one that which was open around it then. */
  outer: ApiSpan | undefined;
  private readonly ownContext: SpanContext;
  private isWarned = false;

  constructor(
    origin: SpanOrigin,
    { name, kind, attributes, links, startTime }: SpanBeginning,
    { spanContext, parentSpanContext, within }: SpanPlace,
  ) {
    super(origin, startTime);
    this.name = name;
    this.kind = kind;
    this.ownContext = spanContext;
    this.parentSpanContext = parentSpanContext;
    this.resource = origin.resource;
    this.instrumentationScope = origin.instrumentationScope;
    this.requestScope = requestScope(within);
    this.outer = firstOpen(trace.getSpan(within));
    if (links !== undefined) {
      this.addLinks(links);
    }
    this.add(attributes);
  }

  spanContext(): SpanContext {
    return this.ownContext;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(name: string, value?: AttributeValue): this {
    if (value !== undefined && value !== null && !this.isOver() && isLegalAttribute(name, value)) {
      this.put(name, value);
    }
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const name in attributes) {
      if (Object.hasOwn(attributes, name)) {
        this.setAttribute(name, attributes[name]);
      }
    }
    return this;
  }

  setOwnAttributes(attributes: OwnAttributes): void {
    if (!this.isOver()) {
      this.add(attributes);
    }
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.isOver()) {
      return this;
    }
    const { eventCount, eventAttributes } = this.origin.limits;
    this.droppedEventsCount += makeRoom(this.events, eventCount);
    if (eventCount <= 0) {
      return this;
    }
    const isTime = isTimeInput(attributesOrTime);
    const at = isTime && !isTimeInput(time) ? attributesOrTime : time;
    const { attributes, dropped } = givenAttributes(isTime ? undefined : attributesOrTime, eventAttributes);
    this.events.push({ name, attributes, time: hrTimeOf(this.timeOf(at)), droppedAttributesCount: dropped });
    return this;
  }

  addLink(link: Link): this {
    if (this.isOver()) {
      return this;
    }
    const { linkCount, linkAttributes } = this.origin.limits;
    this.droppedLinksCount += makeRoom(this.links, linkCount);
    if (linkCount <= 0) {
      return this;
    }
    const { attributes, dropped } = givenAttributes(link.attributes, linkAttributes);
    this.links.push({
      context: link.context,
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
      ...(dropped > 0 ? { droppedAttributesCount: dropped } : {}),
    });
    return this;
  }

  addLinks(links: readonly Link[]): this {
    links.forEach((link) => this.addLink(link));
    return this;
  }

  setStatus({ code, message }: SpanStatus): this {
    if (this.isOver() || code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) {
      return this;
    }
    this.status = code === SpanStatusCode.ERROR && typeof message === 'string' ? { code, message } : { code };
    return this;
  }

  updateName(name: string): this {
    if (!this.isOver()) {
      this.name = name;
    }
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const attributes = exceptionAttributes(exception);
    if (attributes === undefined) {
      diag.warn('Failed to record an exception: it has neither a type nor a message.');
    } else {
      this.addEvent('exception', attributes, time);
    }
  }

  end(endTime?: TimeInput): void {
    if (this.isOver()) {
      return;
    }
    const { listeners, counts } = this.origin;
    this.stopAt(endTime);
    for (const onEnding of listeners.onEnding) {
      onEnding(this);
    }
    if (this.ended) {
      return;
    }
    this.ended = true;
    counts.ended += 1;
    // One that is not sampled is mostly not read by anybody.
    if ((this.ownContext.traceFlags & TraceFlags.SAMPLED) !== 0) {
      this.settle();
    }
    this.outer = firstOpen(this.outer);
    for (const onEnd of listeners.onEnd) {
      onEnd(this);
    }
  }

  [INSPECT](_depth: number, options: InspectOptions, inspect: Inspect): string {
    return inspectSpan(this, options, inspect);
  }

  /** One of many mistakes of a kind is told. */
  private isOver(): boolean {
    if (this.ended && !this.isWarned) {
      this.isWarned = true;
      diag.warn(`Something was done to a span that has ended: ${this.name}, span id ${this.ownContext.spanId}.`);
    }
    return this.ended;
  }
}

/** A span if it is open, or else the next open one around it. */
export function firstOpen(innermost: ApiSpan | undefined): ApiSpan | undefined {
  let span = innermost;
  while (span !== undefined && !span.isRecording()) {
    span = span instanceof RecordedSpan ? span.outer : undefined;
  }
  return span;
}
