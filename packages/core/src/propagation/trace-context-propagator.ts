import {
  createContextKey,
  INVALID_SPANID,
  INVALID_TRACEID,
  TraceFlags,
  trace,
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { callHook } from '../diagnostics/hooks.js';
import { trimOptionalSpace } from '../text/optional-space.js';
import { requestScope } from '../tracing/request-scope.js';
import { formatTraceState, parseTraceState } from './trace-state.js';

const TRACE_PARENT = 'traceparent';
const TRACE_STATE = 'tracestate';

/** Later versions may be longer than this one, but no legal header is as long as this. */
const MAX_TRACE_PARENT_LENGTH = 512;

/** version, trace id, parent id, flags; a later version may append fields after a dash. */
const TRACE_PARENT_FORMAT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The flag of level 2: the trace id is random enough to be sampled by. */
const RANDOM_FLAG = 0x02;

/** The caller's span as it was sent; the SDK's spans know only the sampled flag. */
const CALLER = createContextKey('otelier.caller');

type Caller = Omit<SpanContext, 'isRemote'>;

/**
 * W3C Trace Context, level 2: carries the random flag through, and discards an illegal `tracestate` whole.
 *
 * @see https://www.w3.org/TR/trace-context-2/
 */
export class TraceContextPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const headers = callHook('spanContext', () => formatHeaders(context));
    for (const [name, value] of headers ?? []) {
      setter.set(carrier, name, value);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const given: unknown = getter.get(carrier, TRACE_PARENT);
    const parent = given === undefined ? undefined : parseTraceParent(single(given));
    if (parent === undefined) {
      return context;
    }
    const header = joined(getter.get(carrier, TRACE_STATE));
    const traceState = header === undefined ? undefined : parseTraceState(header);
    const { traceId, spanId, traceFlags } = parent;
    const spanContext: SpanContext = { traceId, spanId, traceFlags, isRemote: true };
    if (traceState !== undefined) {
      spanContext.traceState = traceState;
    }
    return trace.setSpanContext(context.setValue(CALLER, parent), spanContext);
  }

  fields(): string[] {
    return [TRACE_PARENT, TRACE_STATE];
  }
}

/** Nothing for ids that would not be understood: those of no span, or of an object of the application's own. */
function formatHeaders(context: Context): readonly (readonly [name: string, value: string])[] {
  const spanContext = trace.getSpanContext(context);
  if (spanContext === undefined) {
    return [];
  }
  const { traceId, spanId, traceFlags, traceState } = spanContext;
  // Nobody keeps the spans of an ignored request, so nobody behind it has to.
  const sampled = requestScope(context)?.ignored === true ? TraceFlags.NONE : traceFlags & TraceFlags.SAMPLED;
  const flags = sampled | randomFlag(spanContext, context);
  const parent = `00-${traceId}-${spanId}-0${flags}`.toLowerCase();
  if (parseTraceParent(parent) === undefined) {
    return [];
  }
  const state = traceState === undefined ? undefined : formatTraceState(traceState);
  return state === undefined || state === '' ? [[TRACE_PARENT, parent]] : [[TRACE_PARENT, parent], [TRACE_STATE, state]];
}

/** A trace that began here has a random id; for one that came in, only its origin knows. */
function randomFlag({ traceId, traceFlags, isRemote }: SpanContext, context: Context): number {
  if (isRemote === true) {
    return traceFlags & RANDOM_FLAG;
  }
  const caller = context.getValue(CALLER) as Caller | undefined;
  return caller !== undefined && caller.traceId === traceId ? caller.traceFlags & RANDOM_FLAG : RANDOM_FLAG;
}

function parseTraceParent(header: string | undefined): Caller | undefined {
  if (header === undefined || header.length > MAX_TRACE_PARENT_LENGTH) {
    return undefined;
  }
  const match = TRACE_PARENT_FORMAT.exec(trimOptionalSpace(header));
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
function single(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  const texts = textsOf(value);
  return texts.length === 1 ? texts[0] : undefined;
}

/** Several `tracestate` headers are one list. */
function joined(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') {
    return value;
  }
  const texts = textsOf(value);
  return texts.length === 0 ? undefined : texts.join(',');
}

/** A carrier of the application's own can hold anything. */
function textsOf(value: unknown): readonly string[] {
  return [value].flat().filter((text) => typeof text === 'string');
}
