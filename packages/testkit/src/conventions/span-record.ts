import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { ReceivedSpan, ReceivedSpanKind } from '../otlp/received.js';

/** Attributes as any source has them; nothing is known of their values yet. */
export type AttributeRecord = Readonly<Record<string, unknown>>;

/** What the conventions say something about, of an ended span from any source. */
export interface SpanRecord {
  readonly kind: ReceivedSpanKind;
  readonly name: string;
  /** The name of the instrumentation scope. */
  readonly scope: string;
  readonly attributes: AttributeRecord;
  readonly status: { readonly code: 'UNSET' | 'OK' | 'ERROR'; readonly message?: string };
  readonly events: readonly { readonly name: string; readonly attributes: AttributeRecord }[];
  readonly links: readonly { readonly attributes: AttributeRecord }[];
}

/** A span of the SDK in this process. */
export function recordOfReadable(span: ReadableSpan): SpanRecord {
  return {
    kind: SpanKind[span.kind] as ReceivedSpanKind,
    name: span.name,
    scope: span.instrumentationScope.name,
    attributes: span.attributes,
    status: { ...span.status, code: SpanStatusCode[span.status.code] as SpanRecord['status']['code'] },
    events: span.events.map(({ name, attributes = {} }) => ({ name, attributes })),
    links: span.links.map(({ attributes = {} }) => ({ attributes })),
  };
}

/** A span that the OTLP sink has decoded. */
export function recordOfReceived(span: ReceivedSpan): SpanRecord {
  const { kind, name, attributes, status } = span;
  return {
    kind,
    name,
    scope: span.scope.name,
    attributes,
    status,
    events: span.events.map((event) => ({ name: event.name, attributes: event.attributes })),
    links: span.links.map((link) => ({ attributes: link.attributes })),
  };
}
