import { context, trace, type Context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { reportInternalError } from '../diagnostics/report.js';
import type { ResolvedOutgoingOptions } from '../options/resolved-options.js';
import type { OutgoingCall, OutgoingResponse } from './outgoing-call.js';
import { OutgoingRequest } from './outgoing-request.js';
import { outgoingUrl } from './outgoing-url.js';
import { propagateCall } from './propagate-call.js';
import { carriedTrace } from './propagation.js';
import { isRetried, redirectTarget, Resends } from './resends.js';

/** Where a request comes from. */
export interface OutgoingOrigin {
  /**
   * The context of whoever makes it.
   *
   * @default the active one
   */
  readonly caller?: Context;
  /**
   * What of the client's makes the attempts of one request, beside the context.
   *
   * @default []
   */
  readonly owners?: readonly object[];
}

/** A request that has begun, with its headers written. */
export interface BegunRequest {
  readonly request: OutgoingRequest;
  /** The names of the headers that were written, in lower case. */
  readonly written: ReadonlySet<string>;
}

/** Begins the spans of a client's requests and writes their context into the headers. */
export class OutgoingObserver {
  private readonly resends = new Resends();

  constructor(private readonly options: ResolvedOutgoingOptions) {}

  /**
   * A request is about to be sent. Never throws.
   *
   * @returns `undefined` where it is not observed: the telemetry's own, and all others while tracing is suppressed
   */
  begin(call: OutgoingCall, origin: OutgoingOrigin = {}): BegunRequest | undefined {
    try {
      const caller = origin.caller ?? context.active();
      return isTracingSuppressed(caller) ? undefined : this.start(call, caller, origin.owners ?? []);
    } catch (error) {
      reportInternalError('beginning the span of an outgoing request', error);
      return undefined;
    }
  }

  private start(call: OutgoingCall, given: Context, further: readonly object[]): BegunRequest {
    const { options } = this;
    const { method } = call;
    const url = outgoingUrl(call);
    const target = { method, url: url.text };
    const owners = [...further, given];
    const previous = this.resends.take(owners, method, url.text);
    const caller = previous?.caller ?? given;
    const resends = previous === undefined ? 0 : previous.resends + 1;
    const carried = carriedTrace(call.headers, caller);
    const isOurs = carried !== 'foreign';
    const hasParent = trace.getSpan(caller) !== undefined;
    const request = new OutgoingRequest(
      call,
      {
        url,
        caller,
        resends,
        hasSpan: isOurs && (options.rootRequests || hasParent) && !options.isIgnored(target),
        onAttempt: (response) => this.noteAttempt([...further, caller], { ...target, resends, caller }, response),
      },
      options,
    );
    const { propagatesTo } = options;
    return { request, written: propagateCall(call, { carried, target, within: request.context, propagatesTo }) };
  }

  private noteAttempt(
    owners: readonly object[],
    made: { readonly method: string; readonly url: string; readonly resends: number; readonly caller: Context },
    response: OutgoingResponse | undefined,
  ): void {
    const redirect =
      response === undefined ? undefined : redirectTarget(response.statusCode, response.location, made.url);
    if (response === undefined || redirect !== undefined || isRetried(response.statusCode)) {
      this.resends.add(owners, { ...made, redirect, tick: performance.now() });
    }
  }
}
