import { SpanStatusCode, type Context, type HrTime, type Span } from '@opentelemetry/api';
import { reportInternalError } from '../../diagnostics/report.js';
import { recordException } from '../../tracing/exception.js';
import type { RequestErrors } from '../request-errors.js';
import type { RequestScope } from '../../tracing/request-scope.js';

/** What a layer's span shares with the others of its request. */
export interface LayerRequest {
  /** The request's own span. */
  readonly span: Span;
  /** The request's own context. */
  readonly context: Context;
  readonly scope: RequestScope;
  /** The time on the request span's clock. */
  readonly now: () => HrTime;
}

/** What one layer's span is made of. */
export interface LayerSpanParts {
  readonly span: Span;
  /** The span that it began beneath. */
  readonly parent: Span;
  /** The context for everything that the layer does. */
  readonly context: Context;
  readonly request: LayerRequest;
  /** The errors of all layers of the request. */
  readonly errors: RequestErrors;
  readonly onEnd: (layer: LayerSpan) => void;
}

/** What `error.type` is for an error without a class. */
const UNKNOWN_ERROR = '_OTHER';

/** The INTERNAL span of one call of a middleware, a hook or a handler. */
export class LayerSpan {
  readonly span: Span;
  readonly parent: Span;
  readonly context: Context;
  private ended = false;

  constructor(private readonly parts: LayerSpanParts) {
    this.span = parts.span;
    this.parent = parts.parent;
    this.context = parts.context;
  }

  get isOpen(): boolean {
    return !this.ended;
  }

  /**
   * The layer has thrown an error or passed one on. An error is recorded on the first layer that it comes to; one that
   * blames the client (4xx) leaves no trace, as on the request span. Never throws.
   */
  fail(error: unknown): void {
    if (this.ended) {
      return;
    }
    try {
      this.record(error);
    } catch (problem) {
      reportInternalError('recording the error of a layer', problem);
    }
  }

  /** The layer's own work is over; later calls do nothing. Never throws. */
  end(time: HrTime = this.parts.request.now()): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    this.parts.onEnd(this);
    // A request that is ignored from now on leaves none of its open spans.
    if (this.parts.request.scope.ignored) {
      return;
    }
    try {
      this.span.end(time);
    } catch (error) {
      reportInternalError('ending a layer span', error);
    }
  }

  private record(error: unknown): void {
    const { errors, request } = this.parts;
    const known = errors.all.length;
    errors.add(error, false);
    const added = errors.all[known];
    if (added === undefined || added.blamesClient) {
      return;
    }
    const { facts, className } = added;
    recordException(this.span, facts, request.now());
    this.span.setAttribute('error.type', className ?? UNKNOWN_ERROR);
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: facts.message });
  }
}
