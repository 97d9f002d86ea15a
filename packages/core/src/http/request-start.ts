import { randomBytes } from 'node:crypto';
import {
  defaultTextMapGetter,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type Link,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { isTracingSuppressed, RPCType, unsuppressTracing } from '@opentelemetry/core';
import { isDisabled } from '../lifetime.js';
import { ignoresNothing } from '../options/ignore-rules.js';
import type { ResolvedRequestOptions } from '../options/resolved-request-options.js';
import { findActiveServerSpan, type ForeignServerSpan } from './active-server-span.js';
import { RequestAttributes, type RequestArrival } from './facts/request-attributes.js';
import { activeContext } from '../tracing/context-store.js';
import { contextOfRequest, ownContext } from '../tracing/own-context.js';
import { startOwnSpan, type OwnSpanStart } from '../tracing/own-tracer.js';
import { requestScope, withRequestScope, type RequestScope } from '../tracing/request-scope.js';
import { requestUrl } from './facts/request-target.js';
import { isSamplerLazy } from './sampling-attributes.js';
import { serverTracer } from './server-tracer.js';

/** With which most requests begin; made once. */
const EMPTY = ownContext(ROOT_CONTEXT);

/** A request that is to be observed, and how. */
export interface RequestToStart {
  readonly arrival: RequestArrival;
  /** What the framework hands to its handlers. */
  readonly frameworkRequest: object;
  /** The instrumentation scope: the adapter's package and version. */
  readonly instrumentation: { readonly name: string; readonly version: string };
  readonly scope: RequestScope;
  readonly startMillis: number;
}

/** A request's span, and the context for everything that is done for it. */
export interface StartedRequest {
  readonly span: Span;
  readonly context: Context;
  /** Set when the span is somebody else's. */
  readonly foreign: ForeignServerSpan | undefined;
}

/** Begins the span of a request, or finds the one that is active for it already. */
export function startRequest(request: RequestToStart, options: ResolvedRequestOptions): StartedRequest {
  const active = activeContext();
  // Mostly nothing is active: there is nothing to be found then.
  const isRoot = active === ROOT_CONTEXT;
  const foreign = isRoot || requestScope(active) !== undefined ? undefined : findActiveServerSpan(active);
  const { scope, arrival } = request;
  // Whoever takes a request out of tracing before it comes here, such as a hook of instrumentation-http, means it.
  // A set-up that records nothing has nothing to say against what the caller has decided.
  scope.ignored = (isIgnored(request, options) || (!isRoot && isTracingSuppressed(active))) && !isDisabled();
  const isLeftOut = scope.ignored && !isSamplerLazy();
  if (foreign !== undefined) {
    const within = isLeftOut ? trace.setSpan(active, unsampledSpan(foreign.span.spanContext())) : active;
    return { span: foreign.span, context: withRequestScope(within, scope), foreign };
  }
  const base = isRoot || requestScope(active) !== undefined ? EMPTY : strippedContext(active);
  const caller = propagation.extract(base, arrival.head.headers, defaultTextMapGetter);
  const isPublic = options.isPublic(request.frameworkRequest);
  const within = withRequestScope(isPublic ? base : caller, scope);
  const span = isLeftOut
    ? unsampledSpan(isPublic ? undefined : trace.getSpanContext(caller))
    : startServerSpan(request, within, isPublic ? linkTo(caller) : undefined);
  const values = { span, requestScope: scope, rpcMetadata: { type: RPCType.HTTP, span } };
  return { span, context: contextOfRequest(within, values), foreign: undefined };
}

function isIgnored({ arrival, frameworkRequest }: RequestToStart, { isIgnored: asks }: ResolvedRequestOptions): boolean {
  const { target, facts } = arrival;
  return asks !== ignoresNothing && asks({ path: target.path, url: () => requestUrl(target, facts), request: frameworkRequest });
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
 * when another request was handled, is not this request's. The caller's context comes from its headers alone.
 */
function strippedContext(active: Context): Context {
  return ownContext(unsuppressTracing(propagation.deleteBaggage(trace.deleteSpan(active))));
}

function linkTo(caller: Context): readonly Link[] | undefined {
  const context = trace.getSpanContext(caller);
  return context === undefined ? undefined : [{ context }];
}

function startServerSpan(request: RequestToStart, within: Context, links: readonly Link[] | undefined): Span {
  const { arrival, instrumentation, startMillis } = request;
  const start: OwnSpanStart = {
    name: arrival.method.spanName,
    kind: SpanKind.SERVER,
    attributes: new RequestAttributes(arrival),
    links,
    startMillis,
  };
  return startOwnSpan(serverTracer(instrumentation), start, within);
}
