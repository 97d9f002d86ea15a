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
import type { OutgoingHeaders } from './outgoing-call.js';

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
 * request being served came with: a proxy passes on what it got, and its own span belongs in between.
 */
export function carriedTrace(headers: OutgoingHeaders, caller: Context): CarriedTrace {
  const names = [TRACE_PARENT, ...propagation.fields()].filter((name) => !COMPANIONS.has(name.toLowerCase()));
  if (names.every((name) => headers.get(name.toLowerCase()) === undefined)) {
    return 'none';
  }
  const carried = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers, getter));
  const served = servedParent(caller);
  const isPassedOn = carried !== undefined && carried.spanId === served?.spanId && carried.traceId === served.traceId;
  return isPassedOn ? 'passed on' : 'foreign';
}

/**
 * Writes a context into the headers of a request. Headers that are there stay, and what is no legal header is left out.
 * Never throws.
 *
 * @param replace - whether headers that are there give way
 * @returns the names that were written, in lower case
 */
export function injectContext(within: Context, headers: OutgoingHeaders, replace: boolean): ReadonlySet<string> {
  const written = new Set<string>();
  const setter: TextMapSetter<OutgoingHeaders> = {
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
  } catch (error) {
    reportInternalError('writing the trace into a request', error);
  }
  return written;
}

/** The spans of the SDKs tell their parent; the API does not ask for it. */
function servedParent(caller: Context): SpanContext | undefined {
  const span = getRPCMetadata(caller)?.span as { parentSpanContext?: SpanContext } | undefined;
  return span?.parentSpanContext;
}
