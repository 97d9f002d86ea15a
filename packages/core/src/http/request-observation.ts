import { context, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { isAtWork } from '../lifetime.js';
import { runWithin } from '../tracing/context-store.js';
import { takeStores, type StoresSnapshot } from '../tracing/stores-snapshot.js';
import type { ResolvedRequestOptions } from '../options/resolved-request-options.js';
import { describeEnd } from './ended-span.js';
import { LayerSpans } from './layers/layer-spans.js';
import { forgetOpenRequest, rememberOpenRequest, type OpenRequest } from './open-requests.js';
import { factAttributes } from './facts/request-attributes.js';
import { RequestErrors } from './request-errors.js';
import type { RequestFacts } from './facts/request-facts.js';
import { RequestHandle, type RequestTelemetry } from './request-handle.js';
import { addedMetricAttributes } from './metric-attributes.js';
import { readAttributes, readProperties } from './facts/request-properties.js';
import { judgeResult, type RequestRefusal, type RequestResult, type ResponseEnd } from './request-result.js';
import type { FrameworkView, ObservationParts } from './observation-parts.js';
import type { ResponseOutcome } from './ends/connection-end.js';
import type { ResponseListener } from './ends/source-watch.js';
import type { ObservedAnswer } from './observed-answer.js';
import type { ObservedScope, ScopeOwner } from './observed-scope.js';
import type { RequestMeasurement } from './request-measurement.js';
import type { RequestHandlerNames } from '../tracing/request-scope.js';
import { isSamplerLazy } from './sampling-attributes.js';

const NO_ERRORS = new RequestErrors();

/** One request as it is observed: adapters tell it what they learn, core decides what that means. */
export class RequestObservation implements OpenRequest, ScopeOwner, ResponseListener {
  readonly span: Span;
  readonly context: Context;
  earlier: OpenRequest | undefined = undefined;
  later: OpenRequest | undefined = undefined;
  private readonly scope: ObservedScope;
  private readonly measurement: RequestMeasurement;
  private readonly answer: ObservedAnswer;
  private readonly foreign: ObservationParts['foreign'];
  private readonly spanName: string;
  private options: ResolvedRequestOptions;
  private framework: FrameworkView['framework'];
  private resolveRoute: FrameworkView['resolveRoute'];
  private errors: RequestErrors = NO_ERRORS;
  private undos: (() => void)[] | undefined = undefined;
  private known: RequestHandle | undefined = undefined;
  private layerSpans: LayerSpans | undefined = undefined;
  private route: string | undefined = undefined;
  private refusal: RequestRefusal | undefined = undefined;
  private unrouted = false;
  private announced = false;
  hasEnded = false;
  private closed = false;
  outside: StoresSnapshot | undefined = undefined;

  constructor(parts: ObservationParts) {
    this.span = parts.span;
    this.context = parts.context;
    this.foreign = parts.foreign;
    this.scope = parts.scope;
    this.measurement = parts.measurement;
    this.answer = parts.answer;
    this.spanName = parts.spanName;
    this.options = parts.options;
    this.framework = parts.framework;
    this.resolveRoute = parts.resolveRoute;
    this.scope.open(this);
    rememberOpenRequest(this);
  }

  /** What handlers get of the observation. */
  get handle(): RequestTelemetry {
    return (this.known ??= new RequestHandle(this));
  }

  /** The template of the route that the request is in, as far as that is known by now. */
  get knownRoute(): string | undefined {
    return this.resolveRoute?.() ?? this.route;
  }

  /** A set-up that only records nothing has no use for errors. */
  get watchesSources(): boolean {
    return isAtWork();
  }

  /** Whether the request leaves no span. */
  get isIgnored(): boolean {
    return this.scope.ignored;
  }

  /** The spans of middleware, hooks and handlers; `undefined` when they get none, and when the response has ended. */
  get layers(): LayerSpans | undefined {
    const { options, scope, measurement } = this;
    if (!options.layers || this.hasEnded || scope.ignored || !this.span.isRecording()) {
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
    this.outside = takeStores();
    return runWithin(this.context, fn, this.outside);
  }

  /** Calls the application's hook for the beginning; the one for the end is called for the same requests. */
  announce(): void {
    if (!this.isIgnored && !this.hasEnded) {
      this.announced = true;
      const { options, framework } = this;
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
    this.scope.handler = handler;
  }

  /** The framework itself says that no route answers, whatever matched on the way there. */
  setUnrouted(): void {
    this.unrouted = true;
  }

  /** Sets attributes on the span, and on those that begin beneath it from now on. Never throws. */
  setAttributes(attributes: Attributes): void {
    if (!this.closed) {
      const legal = readAttributes(attributes);
      this.scope.attributes = { ...this.scope.attributes, ...legal };
      this.span.setAttributes(legal);
    }
  }

  /** The matched handler is not to be traced: the span is left out, and so is what begins beneath it from now on. */
  ignore(): void {
    this.scope.ignored = true;
  }

  /** Remembers an error that was thrown or passed on; whether it is recorded is decided when the response ends. */
  recordError(error: unknown): void {
    if (!this.hasEnded) {
      this.errors = this.errors === NO_ERRORS ? new RequestErrors() : this.errors;
      this.errors.add(error, this.answer.headersSent);
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
    if (!this.hasEnded) {
      this.options = view.options;
      this.framework = view.framework;
      this.resolveRoute = view.resolveRoute;
      this.measurement.setScheme(facts.scheme);
      this.span.setAttributes(factAttributes(facts));
    }
  }

  ended(outcome: ResponseOutcome, error: Error | undefined): void {
    if (error !== undefined) {
      this.recordError(error);
    }
    this.end(outcome);
  }

  /** The response has ended. Later calls do nothing. */
  end(outcome: ResponseEnd['outcome']): void {
    if (this.hasEnded) {
      return;
    }
    this.hasEnded = true;
    // Where the client has left, whatever leaves the request out may still come.
    this.scope.isDecided = outcome === 'completed';
    try {
      const { headersSent, statusCode } = this.answer;
      this.finish(judgeResult({ outcome, headersSent, statusCode, refusal: this.refusal }, this.errors));
    } catch (error) {
      reportInternalError('ending a request span', error);
    } finally {
      this.closed = true;
      // Whatever outlives the request in its context must not keep it alive.
      this.scope.close(this.route);
      this.measurement.release();
      this.undos?.splice(0).forEach((undo) => undo());
      forgetOpenRequest(this);
    }
  }

  abandon(): void {
    this.end('abandoned');
  }

  private finish(result: RequestResult): void {
    const { measurement, scope, foreign, framework, options } = this;
    const end = measurement.stop();
    this.layerSpans?.end(end);
    this.route = this.unrouted ? undefined : this.knownRoute;
    if (options.requestAttributes.length > 0) {
      scope.attributes = { ...readProperties(framework.request, options.requestAttributes), ...scope.attributes };
    }
    if (this.route !== undefined) {
      foreign?.setRoute(this.route);
    }
    if (this.span.isRecording()) {
      this.describe(result);
    }
    if (this.announced && options.hooks.onResponse !== undefined) {
      context.with(this.context, options.hooks.onResponse, undefined, this.span, framework.request, framework.response);
    }
    if (!(scope.ignored && options.ignoresMetrics)) {
      const extra = addedMetricAttributes({ options, framework }, scope.attributes);
      measurement.record({ route: this.route, result, extra, ignored: scope.ignored });
    }
    // The pipeline leaves out the span of an ignored request; another SDK's would not.
    if (foreign === undefined && (!scope.ignored || isSamplerLazy())) {
      this.span.end(end);
    }
  }

  private describe(result: RequestResult): void {
    const { options, scope, framework, route } = this;
    const name = route === undefined ? undefined : `${this.spanName} ${route}`;
    describeEnd(this.span, {
      result,
      route,
      name: options.hooks.spanName?.(framework.request) ?? name,
      errors: this.errors,
      headers: options.capturesResponseHeaders ? this.answer.headers() : undefined,
      attributes: scope.attributes,
    });
  }
}
