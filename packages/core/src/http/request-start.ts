import { randomBytes } from 'node:crypto';
import {
  context,
  defaultTextMapGetter,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { isTracingSuppressed, RPCType, unsuppressTracing } from '@opentelemetry/core';
import { isDisabled } from '../lifetime.js';
import type { ResolvedRequestOptions } from '../options/resolved-request-options.js';
import type { HeaderCapture } from '../redaction/header-capture.js';
import { findActiveServerSpan, type ForeignServerSpan } from './active-server-span.js';
import { requestAttributes } from './facts/request-attributes.js';
import type { RequestFacts } from './facts/request-facts.js';
import type { RequestHead } from './facts/request-head.js';
import type { NormalizedMethod } from './facts/request-method.js';
import { contextOfRequest, ownContext } from '../tracing/own-context.js';
import { startOwnSpan, type OwnSpanStart } from '../tracing/own-tracer.js';
import { requestScope, withRequestScope, type RequestScope } from '../tracing/request-scope.js';
import { requestUrl, type RequestTarget } from './facts/request-target.js';
import { isSamplerLazy } from './sampling-attributes.js';
import { serverTracer } from './server-tracer.js';

/** With which most requests begin; made once. */
const EMPTY = ownContext(ROOT_CONTEXT);

/** What is known of a request when it arrives. */
export interface RequestArrival {
  readonly request: RequestHead;
  /** What the framework hands to its handlers. */
  readonly frameworkRequest: object;
  readonly method: NormalizedMethod;
  readonly target: RequestTarget;
  readonly facts: RequestFacts;
  /** The instrumentation scope: the adapter's package and version. */
  readonly scope: { readonly name: string; readonly version: string };
}

/** A request's span, and the context for everything that is done for it. */
export interface StartedRequest {
  readonly span: Span;
  readonly context: Context;
  /** Set when the span is somebody else's. */
  readonly foreign: ForeignServerSpan | undefined;
}

/** Begins the span of a request, or finds the one that is active for it already. */
export function startRequest(
  arrival: RequestArrival,
  options: ResolvedRequestOptions,
  start: { readonly scope: RequestScope; readonly millis: number },
): StartedRequest {
  const active = context.active();
  // Mostly nothing is active: there is nothing to be found then.
  const isRoot = active === ROOT_CONTEXT;
  const foreign = isRoot || requestScope(active) !== undefined ? undefined : findActiveServerSpan(active);
  const { scope } = start;
  const isIgnored = options.isIgnored({
    path: arrival.target.path,
    url: () => requestUrl(arrival.target, arrival.facts),
    request: arrival.frameworkRequest,
  });
  // Whoever takes a request out of tracing before it comes here, such as a hook of instrumentation-http, means it.
  // A set-up that records nothing has nothing to say against what the caller has decided.
  scope.ignored = (isIgnored || (!isRoot && isTracingSuppressed(active))) && !isDisabled();
  const isLeftOut = scope.ignored && !isSamplerLazy();
  if (foreign !== undefined) {
    const within = isLeftOut ? trace.setSpan(active, unsampledSpan(foreign.span.spanContext())) : active;
    return { span: foreign.span, context: withRequestScope(within, scope), foreign };
  }
  const { parent, links } = readCaller(arrival, options, baseContext(active));
  const within = withRequestScope(parent, scope);
  const span = isLeftOut
    ? unsampledSpan(trace.getSpanContext(parent))
    : startServerSpan(arrival, { within, links, startMillis: start.millis, headers: options.headers });
  const values = { span, requestScope: scope, rpcMetadata: { type: RPCType.HTTP, span } };
  return { span, context: contextOfRequest(within, values), foreign: undefined };
}

/**
 * What an ignored request has for a span where the sampler knows nothing of ignored requests: samplers that follow the
 * parent record nothing beneath it, and services behind it are told that nobody does.
 */
function unsampledSpan(parent: SpanContext | undefined): Span {
  return trace.wrapSpanContext({
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: TraceFlags.NONE,
    ...(parent?.traceState === undefined ? {} : { traceState: parent.traceState }),
  });
}

/**
 * What the application has put into the context stays; the trace that was active when the server began to listen, or
 * when another request was handled, is not this request's.
 */
function baseContext(active: Context): Context {
  return active === ROOT_CONTEXT || requestScope(active) !== undefined
    ? EMPTY
    : ownContext(unsuppressTracing(propagation.deleteBaggage(trace.deleteSpan(active))));
}

/** The caller's context comes from its headers alone. */
function readCaller(
  { request, frameworkRequest }: RequestArrival,
  options: ResolvedRequestOptions,
  base: Context,
): { readonly parent: Context; readonly links: readonly Link[] | undefined } {
  const caller = propagation.extract(base, request.headers, defaultTextMapGetter);
  if (!options.isPublic(frameworkRequest)) {
    return { parent: caller, links: undefined };
  }
  const context = trace.getSpanContext(caller);
  return { parent: base, links: context === undefined ? undefined : [{ context }] };
}

function startServerSpan(
  { request, method, target, facts, scope }: RequestArrival,
  start: Pick<OwnSpanStart, 'links' | 'startMillis'> & { readonly within: Context; readonly headers: HeaderCapture },
): Span {
  let made: Attributes | undefined;
  const attributes = (): Attributes => {
    made ??= Object.assign(requestAttributes(request, method, { facts, target }), start.headers.request(request.rawHeaders));
    return made;
  };
  const { links, startMillis, within } = start;
  const name = method.spanName;
  const span = startOwnSpan(serverTracer(scope), { name, kind: SpanKind.SERVER, attributes, links, startMillis }, within);
  if (span.isRecording()) {
    // Now: a connection that is closed has forgotten its other end, and headers can be changed.
    attributes();
  }
  return span;
}
