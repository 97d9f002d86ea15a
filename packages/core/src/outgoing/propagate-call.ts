import type { Context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { reportInternalError } from '../diagnostics/report.js';
import type { OutgoingPredicate, OutgoingTarget } from '../options/outgoing-options.js';
import type { OutgoingCall } from './outgoing-call.js';
import { outgoingUrl } from './outgoing-url.js';
import { carriedTrace, injectContext, withdrawContext, type CarriedTrace } from './propagation.js';

const NONE: ReadonlySet<string> = new Set();

/** What decides whether a request carries a context. */
export interface CallPropagation {
  readonly carried: CarriedTrace;
  readonly target: OutgoingTarget;
  /** The context that it is to carry. */
  readonly within: Context;
  readonly propagatesTo: OutgoingPredicate;
}

/**
 * Writes a context into a request, or takes out what it has of one where its target is not to get it. What opens a tunnel
 * is read by a proxy, for which nothing of it is meant.
 *
 * @returns the names of the headers that were written, in lower case
 */
export function propagateCall(
  { method, settable }: OutgoingCall,
  { carried, target, within, propagatesTo }: CallPropagation,
): ReadonlySet<string> {
  if (settable === undefined || carried === 'foreign' || method === 'CONNECT') {
    return NONE;
  }
  if (propagatesTo(target)) {
    return injectContext(within, settable, carried === 'passed on');
  }
  if (carried === 'passed on') {
    withdrawContext(within, settable);
  }
  return NONE;
}

/** Writes the context of whoever makes a request into it, with no span of its own in between. Never throws. */
export function passContextOn(call: OutgoingCall, caller: Context, propagatesTo: OutgoingPredicate): void {
  try {
    if (!isTracingSuppressed(caller)) {
      const target = { method: call.method, url: outgoingUrl(call).text };
      propagateCall(call, { carried: carriedTrace(call.headers, caller), target, within: caller, propagatesTo });
    }
  } catch (error) {
    reportInternalError('passing the context on with a request', error);
  }
}
