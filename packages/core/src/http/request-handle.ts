import {
  defaultTextMapSetter,
  INVALID_SPAN_CONTEXT,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Attributes,
  type Context,
  type Span,
  type TextMapSetter,
} from '@opentelemetry/api';

/** A request's telemetry, as frameworks offer it to handlers: `req.otel` in Express, `request.otel` in Fastify. */
export interface RequestTelemetry {
  /** The request's span; one that records nothing when the request is ignored or not sampled. */
  readonly span: Span;
  /** The request's context, for code that has lost it. */
  readonly context: Context;
  /** For messages to the user, such as "please quote this number": 32 hexadecimal digits. */
  readonly traceId: string;
  /** Writes the request's trace context into the headers of something that goes out: an object, `Headers`, a `Map`. */
  inject<Carrier>(carrier: Carrier, setter?: TextMapSetter<Carrier>): void;
  /** Like {@link setRequestAttributes}, for this request. */
  setAttributes(attributes: Attributes): void;
}

/** Plain objects of headers, and what has a `set` for them: `Headers` of `fetch`, a `Map`. */
const carrierSetter: TextMapSetter = {
  set(carrier: { set?: unknown } | null | undefined, key, value) {
    if (typeof carrier?.set === 'function') {
      carrier.set(key, value);
    } else {
      defaultTextMapSetter.set(carrier, key, value);
    }
  },
};

/** What a handle is made of. */
export interface HandleParts {
  readonly span: Span;
  readonly context: Context;
  setAttributes(attributes: Attributes): void;
}

/** The handle of an observed request. */
export class RequestHandle implements RequestTelemetry {
  readonly span: Span;
  readonly context: Context;

  constructor(private readonly parts: HandleParts) {
    this.span = parts.span;
    this.context = parts.context;
  }

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  inject<Carrier>(carrier: Carrier, setter: TextMapSetter<Carrier> = carrierSetter): void {
    propagation.inject(this.context, carrier, setter);
  }

  setAttributes(attributes: Attributes): void {
    this.parts.setAttributes(attributes);
  }
}

/** The handle of a request that is not observed. */
export const IDLE_HANDLE: RequestTelemetry = new RequestHandle({
  span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
  context: ROOT_CONTEXT,
  setAttributes: () => {},
});
