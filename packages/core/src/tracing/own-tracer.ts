import type { Attributes, Context, Link, Span, SpanKind, Tracer } from '@opentelemetry/api';
import { AttributeSource } from './attribute-parts.js';

/**
 * Makes attributes when somebody reads them, a sampler or a span processor, and at the latest when a sampled span ends.
 * Called once at most.
 */
export type LazyAttributes = () => Attributes;

/** The ways in which a span of Otelier's own gets attributes. */
export type OwnAttributes = Attributes | LazyAttributes | AttributeSource;

/** What a span of Otelier's own begins with. */
export interface OwnSpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  /**
   * Taken over, neither copied nor checked, so that nobody else may change them. A function is asked when the span ends,
   * or never: what it reads must not change until then. A source is asked where the span is recorded, or a sampler reads
   * its attributes.
   */
  readonly attributes: OwnAttributes;
  /** @default none */
  readonly links?: readonly Link[] | undefined;
  /**
   * In milliseconds since the epoch.
   *
   * @default now
   */
  readonly startMillis?: number | undefined;
}

/** Tells which sources of attributes are understood: those of the same copy of the package, of which there can be several. */
interface SourceReader {
  readonly sources?: typeof AttributeSource;
}

/** The tracer of Otelier's own set-up. */
export interface OwnTracer extends Tracer, SourceReader {
  /** Begins a span as {@link startOwnSpan} does. */
  startOwnSpan(start: OwnSpanStart, within: Context): Span;
}

/** A span of {@link OwnTracer}. */
export interface OwnSpan extends Span, SourceReader {
  /** Sets attributes in the way in which {@link OwnSpanStart} gives them. */
  setOwnAttributes(attributes: OwnAttributes): void;
}

/** Begins a span of Otelier's own, at the least cost where the tracer is that of Otelier's set-up. */
export function startOwnSpan(tracer: Tracer, start: OwnSpanStart, within: Context): Span {
  if ('startOwnSpan' in tracer) {
    const own = tracer as OwnTracer;
    return own.startOwnSpan(isUnderstood(own, start.attributes) ? start : { ...start, attributes: madeAttributes(start.attributes) }, within);
  }
  const { name, kind, links = [], startMillis } = start;
  return tracer.startSpan(name, { kind, attributes: madeAttributes(start.attributes), links: [...links], startTime: startMillis }, within);
}

/** Sets attributes on a span of Otelier's own, which nobody else may change; a function is called only where they are read. */
export function setOwnAttributes(span: Span, attributes: OwnAttributes): void {
  if ('setOwnAttributes' in span) {
    const own = span as OwnSpan;
    own.setOwnAttributes(isUnderstood(own, attributes) ? attributes : madeAttributes(attributes));
  } else if (span.isRecording()) {
    span.setAttributes(madeAttributes(attributes));
  }
}

function isUnderstood({ sources }: SourceReader, attributes: OwnAttributes): boolean {
  return sources === AttributeSource || !(attributes instanceof AttributeSource);
}

/** Attributes as an object. */
export function madeAttributes(attributes: OwnAttributes): Attributes {
  if (attributes instanceof AttributeSource) {
    return attributes.attributes();
  }
  return typeof attributes === 'function' ? attributes() : attributes;
}
