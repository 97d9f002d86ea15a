import { context, SpanStatusCode, type Attributes, type Context, type HrTime, type Span } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { recordException } from '../tracing/exception.js';
import type { ForeignServerSpan } from './active-server-span.js';
import { forgetOpenRequest, rememberOpenRequest, type OpenRequest } from './open-requests.js';
import { RequestErrors } from './request-errors.js';
import { judgeResult, type RequestResult, type ResponseEnd } from './request-result.js';
import { serverInstruments } from './server-metrics.js';

/** What an observation is made of; {@link observeRequest} puts it together. */
export interface ObservationParts {
  readonly span: Span;
  readonly context: Context;
  /** Set when the span is somebody else's: it is enriched, and neither ended nor counted here. */
  readonly foreign: ForeignServerSpan | undefined;
  /** The first word of the span's name. */
  readonly spanName: string;
  /** Method, scheme and protocol version, as the duration metric has them. */
  readonly metricAttributes: Attributes;
  /** The response as it stands. */
  readonly response: () => Omit<ResponseEnd, 'outcome'>;
  /** Asked once, when the response has ended. */
  readonly resolveRoute: () => string | undefined;
  /** Called once, at the end. */
  readonly release: () => void;
}

/** One request as it is observed: adapters tell it what they learn, core decides what that means. */
export class RequestObservation implements OpenRequest {
  readonly span: Span;
  readonly context: Context;
  private readonly startMillis: number;
  private readonly startTick: number;
  private readonly errors = new RequestErrors();
  private route: string | undefined;
  private unrouted = false;
  private ended = false;

  constructor(
    private readonly parts: ObservationParts,
    start: { readonly millis: number; readonly tick: number },
  ) {
    this.span = parts.span;
    this.context = parts.context;
    this.startMillis = start.millis;
    this.startTick = start.tick;
    rememberOpenRequest(this);
  }

  /** Calls a function within the request's context. */
  run<T>(fn: () => T): T {
    return context.with(this.context, fn);
  }

  /** Sets the matched route's template; the last one counts. */
  setRoute(route: string): void {
    this.route = route;
  }

  /** The framework itself says that no route answers, whatever matched on the way there. */
  setUnrouted(): void {
    this.unrouted = true;
  }

  /** Remembers an error that was thrown or passed on; whether it is recorded is decided when the response ends. */
  recordError(error: unknown): void {
    if (!this.ended) {
      this.errors.add(error, this.parts.response().headersSent);
    }
  }

  /** The response has ended. Later calls do nothing. */
  end(outcome: ResponseEnd['outcome']): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    try {
      this.finish(judgeResult({ outcome, ...this.parts.response() }, this.errors));
    } catch (error) {
      reportInternalError('ending a request span', error);
    } finally {
      this.parts.release();
      forgetOpenRequest(this);
    }
  }

  abandon(): void {
    this.end('abandoned');
  }

  private finish(result: RequestResult): void {
    this.route = this.unrouted ? undefined : (this.parts.resolveRoute() ?? this.route);
    const durationMillis = performance.now() - this.startTick;
    this.describe(result);
    if (this.parts.foreign !== undefined) {
      return;
    }
    const attributes = { ...this.parts.metricAttributes, ...this.resultAttributes(result) };
    serverInstruments().duration.record(durationMillis / 1000, attributes, this.context);
    this.span.end(toHrTime(this.startMillis, durationMillis));
  }

  private describe(result: RequestResult): void {
    const { span } = this;
    if (this.route !== undefined) {
      span.updateName(`${this.parts.spanName} ${this.route}`);
      this.parts.foreign?.setRoute(this.route);
    }
    span.setAttributes(this.resultAttributes(result));
    if (!result.failed) {
      return;
    }
    for (const error of this.errors.all) {
      recordException(span, error.facts, error.time);
    }
    const message = this.errors.last?.facts.message;
    span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
  }

  private resultAttributes(result: RequestResult): Attributes {
    const attributes: Attributes = {};
    if (this.route !== undefined) {
      attributes['http.route'] = this.route;
    }
    if (result.statusCode !== undefined) {
      attributes['http.response.status_code'] = result.statusCode;
    }
    if (result.errorType !== undefined) {
      attributes['error.type'] = result.errorType;
    }
    return attributes;
  }
}

function toHrTime(startMillis: number, durationMillis: number): HrTime {
  const wholeMillis = Math.floor(durationMillis);
  const endMillis = startMillis + wholeMillis;
  const nanos = (endMillis % 1000) * 1e6 + Math.round((durationMillis - wholeMillis) * 1e6);
  const seconds = Math.floor(endMillis / 1000);
  return nanos >= 1e9 ? [seconds + 1, nanos - 1e9] : [seconds, nanos];
}
