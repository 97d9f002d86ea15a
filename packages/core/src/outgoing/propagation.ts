import {
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapSetter,
} from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { reportInternalError } from '../diagnostics/report.js';
import type { OutgoingHeaders, SettableOutgoingHeaders } from './outgoing-call.js';
import { isWritten, rememberWritten } from './written-spans.js';

/** Who has put the headers of a trace into a request already. */
export type CarriedTrace = 'none' | 'passed on' | 'foreign';

const TRACE_PARENT = 'traceparent';

/** What may stand beside a trace that the application knows nothing of. */
const COMPANIONS = new Set(['baggage', 'tracestate']);

const LEGAL_NAME = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
const LEGAL_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

const getter: TextMapGetter<OutgoingHeaders> = {
  get: (headers, name) => headers.get(name.toLowerCase()),
  keys: () => propagation.fields(),
};

/**
 * Looks who traces a request. It is somebody else's where it carries a trace, unless that is the very one that the
 * request being served came with (a proxy passes on what it got, and its own span belongs in between), or one that an
 * earlier request was sent with (its headers were copied when it was redirected).
 */
export function carriedTrace(headers: OutgoingHeaders, caller: Context): CarriedTrace {
  if (!carriesAny(headers)) {
    return 'none';
  }
  const carried = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers, getter));
  const served = servedParent(caller);
  const isServed = carried !== undefined && carried.spanId === served?.spanId && carried.traceId === served.traceId;
  return isServed || (carried !== undefined && isWritten(carried.spanId)) ? 'passed on' : 'foreign';
}

function carriesAny(headers: OutgoingHeaders): boolean {
  if (headers.get(TRACE_PARENT) !== undefined) {
    return true;
  }
  for (const name of propagation.fields()) {
    const key = name.toLowerCase();
    if (key !== TRACE_PARENT && !COMPANIONS.has(key) && headers.get(key) !== undefined) {
      return true;
    }
  }
  return false;
}

/**
 * Writes a context into the headers of a request. Headers that are there stay, and what is no legal header is left out.
 * Never throws.
 *
 * @param replace - whether headers that are there give way
 * @returns the names that were written, in lower case
 */
export function injectContext(within: Context, headers: SettableOutgoingHeaders, replace: boolean): ReadonlySet<string> {
  const written = new Set<string>();
  const setter: TextMapSetter<SettableOutgoingHeaders> = {
    set(carrier, name, value) {
      const key = name.toLowerCase();
      if (LEGAL_NAME.test(name) && LEGAL_VALUE.test(value) && (replace || carrier.get(key) === undefined)) {
        carrier.set(key, value);
        written.add(key);
      }
    },
  };
  try {
    propagation.inject(within, headers, setter);
    const spanId = trace.getSpanContext(within)?.spanId;
    if (spanId !== undefined && written.size > 0) {
      rememberWritten(spanId);
    }
  } catch (error) {
    reportInternalError('writing the trace into a request', error);
  }
  return written;
}

/**
 * Takes a trace out of the headers of a request that was sent with another one before: whom this one is for is not to
 * get it. What else the application has put there stays. Never throws.
 */
export function withdrawContext(within: Context, headers: SettableOutgoingHeaders): void {
  const sent: Record<string, string> = {};
  try {
    propagation.inject(within, sent);
    for (const [name, value] of Object.entries(sent)) {
      const key = name.toLowerCase();
      if (!COMPANIONS.has(key) || headers.get(key) === value) {
        headers.remove?.(key);
      }
    }
  } catch (error) {
    reportInternalError('taking the trace out of a request', error);
  }
}

/** The spans of the SDKs tell their parent; the API does not ask for it. */
function servedParent(caller: Context): SpanContext | undefined {
  const span = getRPCMetadata(caller)?.span as { parentSpanContext?: SpanContext } | undefined;
  return span?.parentSpanContext;
}
