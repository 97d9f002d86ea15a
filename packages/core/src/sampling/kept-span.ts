import type { Attributes, HrTime, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-node';

/** What the export of a span shows in place of its own. */
export interface KeptSpanView {
  readonly spanContext: SpanContext;
  /** Beside its own. */
  readonly attributes: Attributes;
}

/** An ended span as it is exported when its trace was decided on after it began. */
export class KeptSpan implements ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: Link[];
  readonly events: TimedEvent[];
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly resource: ReadableSpan['resource'];
  readonly instrumentationScope: ReadableSpan['instrumentationScope'];
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;

  constructor(
    readonly original: ReadableSpan,
    { spanContext, attributes }: KeptSpanView,
  ) {
    this.name = original.name;
    this.kind = original.kind;
    this.spanContext = () => spanContext;
    if (original.parentSpanContext !== undefined) {
      this.parentSpanContext = original.parentSpanContext;
    }
    this.startTime = original.startTime;
    this.endTime = original.endTime;
    this.status = original.status;
    this.attributes = { ...original.attributes, ...attributes };
    this.links = original.links;
    this.events = original.events;
    this.duration = original.duration;
    this.ended = original.ended;
    this.resource = original.resource;
    this.instrumentationScope = original.instrumentationScope;
    this.droppedAttributesCount = original.droppedAttributesCount;
    this.droppedEventsCount = original.droppedEventsCount;
    this.droppedLinksCount = original.droppedLinksCount;
  }
}

/** The span that the application made. */
export function originalSpan(span: object): object {
  return span instanceof KeptSpan ? span.original : span;
}
