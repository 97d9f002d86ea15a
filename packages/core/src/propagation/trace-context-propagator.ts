import {
  createContextKey,
  INVALID_SPANID,
  INVALID_TRACEID,
  isSpanContextValid,
  TraceFlags,
  trace,
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { parseTraceState } from './trace-state.js';

const TRACE_PARENT = 'traceparent';
const TRACE_STATE = 'tracestate';

/** Longer headers than these can't be legal in practice and are not looked at. */
const MAX_TRACE_PARENT_LENGTH = 512;
const MAX_TRACE_STATE_LENGTH = 32 * (256 + 1 + 256 + 3);

/** version, trace id, parent id, flags; a later version may append fields after a dash. */
const TRACE_PARENT_FORMAT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The flag of level 2: the trace id is random enough to be sampled by. */
const RANDOM_FLAG = 0x02;

/** The flags that the caller sent; the SDK's spans know only the sampled flag. */
const INCOMING_FLAGS = createContextKey('otelier.incoming-trace-flags');

/**
 * W3C Trace Context, level 2: carries the random flag through, and discards an illegal `tracestate` whole.
 *
 * @see https://www.w3.org/TR/trace-context-2/
 */
export class TraceContextPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || !isSpanContextValid(spanContext)) {
      return;
    }
    const flags = (spanContext.traceFlags & TraceFlags.SAMPLED) | randomFlag(context);
    const { traceId, spanId, traceState } = spanContext;
    setter.set(carrier, TRACE_PARENT, `00-${traceId}-${spanId}-0${flags}`);
    const state = traceState?.serialize();
    if (state !== undefined && state !== '') {
      setter.set(carrier, TRACE_STATE, state);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const parent = parseTraceParent(single(getter.get(carrier, TRACE_PARENT)));
    if (parent === undefined) {
      return context;
    }
    const header = joined(getter.get(carrier, TRACE_STATE));
    const traceState = header === undefined ? undefined : parseTraceState(header);
    const spanContext: SpanContext = { ...parent, isRemote: true, ...(traceState === undefined ? {} : { traceState }) };
    return trace.setSpanContext(context.setValue(INCOMING_FLAGS, parent.traceFlags), spanContext);
  }

  fields(): string[] {
    return [TRACE_PARENT, TRACE_STATE];
  }
}

/** A trace that began here has a random id; for one that came in, only its origin knows. */
function randomFlag(context: Context): number {
  const incoming = context.getValue(INCOMING_FLAGS);
  return typeof incoming === 'number' ? incoming & RANDOM_FLAG : RANDOM_FLAG;
}

function parseTraceParent(header: string | undefined): Omit<SpanContext, 'isRemote'> | undefined {
  if (header === undefined || header.length > MAX_TRACE_PARENT_LENGTH) {
    return undefined;
  }
  const match = TRACE_PARENT_FORMAT.exec(header.trim());
  if (match === null) {
    return undefined;
  }
  const [, version, traceId = '', spanId = '', flags = '', rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) {
    return undefined;
  }
  if (traceId === INVALID_TRACEID || spanId === INVALID_SPANID) {
    return undefined;
  }
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & (TraceFlags.SAMPLED | RANDOM_FLAG) };
}

/** A repeated `traceparent` is no traceparent. */
function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? (value.length === 1 ? value[0] : undefined) : value;
}

/** Several `tracestate` headers are one list. */
function joined(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value.join(',') : value;
  return text !== undefined && text.length <= MAX_TRACE_STATE_LENGTH ? text : undefined;
}
