import { toOrigin } from './origin.js';
import type { ReceivedEvent, ReceivedLink, ReceivedOrigin, ReceivedSpan, ReceivedSpanKind } from './received.js';
import { toAttributes, toBigint, toId, toRequiredId, toText } from './values.js';
import type { WireEvent, WireLink, WireSpan, WireTraceRequest } from './wire.js';

const kinds: readonly ReceivedSpanKind[] = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const statusCodes = ['UNSET', 'OK', 'ERROR'] as const;

/**
 * Lists the spans of a trace request in the order in which they stand there.
 * @throws Error when an id, an enumeration value or an attribute list is invalid.
 */
export function toSpans(request: WireTraceRequest): ReceivedSpan[] {
  return (request.resourceSpans ?? []).flatMap((owner) =>
    (owner.scopeSpans ?? []).flatMap((scoped) => {
      const origin = toOrigin(owner, scoped);
      return (scoped.spans ?? []).map((span) => toSpan(span, origin));
    }),
  );
}

function toSpan(span: WireSpan, origin: ReceivedOrigin): ReceivedSpan {
  return {
    traceId: toRequiredId(span.traceId, 16),
    spanId: toRequiredId(span.spanId, 8),
    parentSpanId: toId(span.parentSpanId, 8),
    traceState: toText(span.traceState),
    flags: span.flags ?? 0,
    name: span.name ?? '',
    kind: toMember(kinds, span.kind, 'span kind'),
    startTimeUnixNano: toBigint(span.startTimeUnixNano),
    endTimeUnixNano: toBigint(span.endTimeUnixNano),
    attributes: toAttributes(span.attributes),
    events: (span.events ?? []).map(toEvent),
    links: (span.links ?? []).map(toLink),
    status: {
      code: toMember(statusCodes, span.status?.code, 'status code'),
      message: toText(span.status?.message),
    },
    droppedAttributesCount: span.droppedAttributesCount ?? 0,
    droppedEventsCount: span.droppedEventsCount ?? 0,
    droppedLinksCount: span.droppedLinksCount ?? 0,
    ...origin,
  };
}

function toEvent(event: WireEvent): ReceivedEvent {
  return {
    name: event.name ?? '',
    timeUnixNano: toBigint(event.timeUnixNano),
    attributes: toAttributes(event.attributes),
    droppedAttributesCount: event.droppedAttributesCount ?? 0,
  };
}

function toLink(link: WireLink): ReceivedLink {
  return {
    traceId: toRequiredId(link.traceId, 16),
    spanId: toRequiredId(link.spanId, 8),
    traceState: toText(link.traceState),
    flags: link.flags ?? 0,
    attributes: toAttributes(link.attributes),
    droppedAttributesCount: link.droppedAttributesCount ?? 0,
  };
}

function toMember<T>(members: readonly T[], index: number | null | undefined, what: string): T {
  const member = members[index ?? 0];
  if (member === undefined) {
    throw new Error(`no ${what} has the number ${index}`);
  }
  return member;
}
