import { context, SpanStatusCode, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { recordException } from '../tracing/exception.js';
import { setOwnAttributes } from '../tracing/own-tracer.js';
import { LayerSpans } from './layers/layer-spans.js';
import { forgetOpenRequest, rememberOpenRequest, type OpenRequest } from './open-requests.js';
import { factAttributes } from './facts/request-attributes.js';
import { RequestErrors } from './request-errors.js';
import type { RequestFacts } from './facts/request-facts.js';
import { RequestHandle, type RequestTelemetry } from './request-handle.js';
import { readAttributes, readProperties } from './facts/request-properties.js';
import { judgeResult, resultAttributes, type RequestRefusal, type RequestResult, type ResponseEnd } from './request-result.js';
import type { FrameworkView, ObservationParts } from './observation-parts.js';
import type { ScopeOwner } from './observed-scope.js';
import type { RequestHandlerNames } from '../tracing/request-scope.js';
import { isSamplerLazy } from './sampling-attributes.js';

const NOTHING: Attributes = Object.freeze({});

/** Of most requests. */
const NO_ERRORS = new RequestErrors();

/** One request as it is observed: adapters tell it what they learn, core decides what that means. */
export class RequestObservation implements OpenRequest, ScopeOwner {
  readonly span: Span;
  readonly context: Context;
  private errors: RequestErrors = NO_ERRORS;
  private undos: (() => void)[] | undefined;
  private known: RequestHandle | undefined;
  private layerSpans: LayerSpans | undefined;
  private route: string | undefined;
  private refusal: RequestRefusal | undefined;
  private unrouted = false;
  private announced = false;
  private ended = false;
  /** Whether nothing that is told of the request counts any more. */
  private closed = false;

  constructor(private parts: ObservationParts) {
    this.span = parts.started.span;
    this.context = parts.started.context;
    parts.scope.open(this);
    rememberOpenRequest(this);
  }

  /** What handlers get of the observation. */
  get handle(): RequestTelemetry {
    return (this.known ??= new RequestHandle(this));
  }

  /** The template of the route that the request is in, as far as that is known by now. */
  get knownRoute(): string | undefined {
    return this.parts.resolveRoute?.() ?? this.route;
  }

  /** Whether the response has ended. */
  get hasEnded(): boolean {
    return this.ended;
  }

  /** Whether the request leaves no span. */
  get isIgnored(): boolean {
    return this.parts.scope.ignored;
  }

  /** The spans of middleware, hooks and handlers; `undefined` when they get none, and when the response has ended. */
  get layers(): LayerSpans | undefined {
    const { options, scope, measurement } = this.parts;
    if (!options.layers || this.ended || scope.ignored || !this.span.isRecording()) {
      return undefined;
    }
    const { span, context: within } = this;
    return (this.layerSpans ??= new LayerSpans({ span, context: within, scope, now: () => measurement.now() }));
  }

  /** Takes something back when the response has ended, without a listener of the response's own for it. */
  whenOver(undo: () => void): void {
    (this.undos ??= []).push(undo);
  }

  /** Calls a function within the request's context. */
  run<T>(fn: () => T): T {
    return context.with(this.context, fn);
  }

  /** Calls the application's hook for the beginning; the one for the end is called for the same requests. */
  announce(): void {
    if (!this.isIgnored && !this.ended) {
      this.announced = true;
      const { options, framework } = this.parts;
      if (options.hooks.onRequest !== undefined) {
        context.with(this.context, options.hooks.onRequest, undefined, this.span, framework.request);
      }
    }
  }

  /** Sets the matched route's template; the last one counts. */
  setRoute(route: string): void {
    this.route = route;
  }

  /** Sets what handles the request, where a framework above the adapter knows it. */
  setHandler(handler: RequestHandlerNames): void {
    this.parts.scope.handler = handler;
  }

  /** The framework itself says that no route answers, whatever matched on the way there. */
  setUnrouted(): void {
    this.unrouted = true;
  }

  /** Sets attributes on the span, and on those that begin beneath it from now on. Never throws. */
  setAttributes(attributes: Attributes): void {
    if (!this.closed) {
      const legal = readAttributes(attributes);
      this.parts.scope.attributes = { ...this.parts.scope.attributes, ...legal };
      this.span.setAttributes(legal);
    }
  }

  /** The matched handler is not to be traced: the span is left out, and so is what begins beneath it from now on. */
  ignore(): void {
    this.parts.scope.ignored = true;
  }

  /** Remembers an error that was thrown or passed on; whether it is recorded is decided when the response ends. */
  recordError(error: unknown): void {
    if (!this.ended) {
      this.errors = this.errors === NO_ERRORS ? new RequestErrors() : this.errors;
      this.errors.add(error, this.parts.answer.headersSent);
    }
  }

  /**
   * The rest of the request could not be read, which decides how a response that is broken off has ended. The first
   * reason counts: what is found malformed once is too slow as well, if nobody closes the connection.
   */
  refuse(refusal: RequestRefusal): void {
    this.refusal ??= refusal;
  }

  /** A framework has come to a request that is observed already: from now on its own view of it counts. */
  adopt(view: FrameworkView, facts: RequestFacts): void {
    if (!this.ended) {
      this.parts = { ...this.parts, ...view };
      this.parts.measurement.setScheme(facts.scheme);
      this.span.setAttributes(factAttributes(facts));
    }
  }

  /** The response has ended. Later calls do nothing. */
  end(outcome: ResponseEnd['outcome']): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    try {
      const { headersSent, statusCode } = this.parts.answer;
      this.finish(judgeResult({ outcome, headersSent, statusCode, refusal: this.refusal }, this.errors));
    } catch (error) {
      reportInternalError('ending a request span', error);
    } finally {
      this.closed = true;
      // Whatever outlives the request in its context must not keep it alive.
      this.parts.scope.close(this.route);
      this.parts.measurement.release();
      this.undos?.splice(0).forEach((undo) => undo());
      forgetOpenRequest(this);
    }
  }

  abandon(): void {
    this.end('abandoned');
  }

  private finish(result: RequestResult): void {
    const { measurement, scope, started, framework, options } = this.parts;
    const end = measurement.stop();
    this.layerSpans?.end(end);
    this.route = this.unrouted ? undefined : this.knownRoute;
    if (options.requestAttributes.length > 0) {
      scope.attributes = { ...readProperties(framework.request, options.requestAttributes), ...scope.attributes };
    }
    if (this.route !== undefined) {
      started.foreign?.setRoute(this.route);
    }
    if (this.span.isRecording()) {
      this.describe(result);
    }
    if (this.announced && options.hooks.onResponse !== undefined) {
      context.with(this.context, options.hooks.onResponse, undefined, this.span, framework.request, framework.response);
    }
    if (!(scope.ignored && options.ignoresMetrics)) {
      measurement.record({ route: this.route, result, extra: this.metricAttributes(), ignored: scope.ignored });
    }
    // The pipeline leaves out the span of an ignored request; another SDK's would not.
    if (started.foreign === undefined && (!scope.ignored || isSamplerLazy())) {
      this.span.end(end);
    }
  }

  private metricAttributes(): Attributes {
    const { options, scope, framework } = this.parts;
    const { attributes } = scope;
    const { metricAttributes } = options.hooks;
    const allowed = attributes === undefined ? [] : options.metricAttributes.filter((name) => name in attributes);
    if (metricAttributes === undefined && allowed.length === 0) {
      return NOTHING;
    }
    return {
      ...readAttributes(metricAttributes?.(framework.request, framework.response)),
      ...Object.fromEntries(allowed.map((name) => [name, attributes?.[name]])),
    };
  }

  private describe(result: RequestResult): void {
    const { options, scope, framework, spanName } = this.parts;
    const { span, route } = this;
    const name = options.hooks.spanName?.(framework.request) ?? (route === undefined ? undefined : `${spanName} ${route}`);
    if (name !== undefined) {
      span.updateName(name);
    }
    const attributes = resultAttributes(result, route);
    Object.assign(attributes, this.parts.answer.headers(), scope.attributes);
    setOwnAttributes(span, attributes);
    for (const error of this.errors.recordedFor(result)) {
      recordException(span, error.facts, error.time);
    }
    if (!result.failed) {
      return;
    }
    const message = this.errors.last?.facts.message;
    span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
  }
}
