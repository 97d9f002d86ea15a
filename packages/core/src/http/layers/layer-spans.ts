import { context, SpanKind, trace, type Context, type HrTime, type Span } from '@opentelemetry/api';
import { reportInternalError } from '../../diagnostics/report.js';
import { layerAttributes, layerName, type LayerDescription } from './layer-facts.js';
import { LayerSpan, type LayerRequest } from './layer-span.js';
import { RequestErrors } from '../request-errors.js';
import { requestScope } from '../../tracing/request-scope.js';

/** Where a layer begins. */
export interface LayerStart {
  /** The instrumentation scope: the adapter's package and version. */
  readonly scope: { readonly name: string; readonly version: string };
  /** The layer that calls this one, where the framework shows it. */
  readonly within?: LayerSpan | undefined;
}

/**
 * The spans of one request's middleware, hooks and handlers, each from the call of the layer to the end of its own
 * work. What still runs when the response ends, ends with it.
 *
 * A layer's parent is what encloses it: the layer that calls it, a span that the application has put around it, or else
 * the request's span; never a layer that has gone on to it and is over.
 */
export class LayerSpans {
  private readonly open = new Set<LayerSpan>();
  private readonly bySpan = new WeakMap<Span, LayerSpan>();
  private readonly errors = new RequestErrors();

  constructor(private readonly request: LayerRequest) {}

  /** Begins the span of a layer; `undefined` when that fails. Never throws. */
  begin(description: LayerDescription, start: LayerStart): LayerSpan | undefined {
    try {
      return this.start(description, start);
    } catch (error) {
      reportInternalError('starting a layer span', error);
      return undefined;
    }
  }

  /** The active context without the layers that are over: for what comes behind them. */
  outside(): Context {
    const base = this.base();
    const span = trace.getSpan(base);
    return span === undefined || !this.bySpan.has(span) ? base : trace.setSpan(base, this.enclosing(span));
  }

  /** The layer that is active, or the next around it that is not over, has thrown an error or passed one on. Never throws. */
  fail(error: unknown): void {
    this.bySpan.get(this.enclosing(trace.getSpan(this.base()) ?? this.request.span))?.fail(error);
  }

  /** Ends what is open, the innermost first: the response has ended. */
  end(time: HrTime): void {
    [...this.open].toReversed().forEach((layer) => layer.end(time));
  }

  private start(description: LayerDescription, { scope, within }: LayerStart): LayerSpan {
    const base = this.base();
    const parent = this.parentIn(base, within);
    const span = trace.getTracer(scope.name, scope.version).startSpan(
      layerName(description),
      { kind: SpanKind.INTERNAL, attributes: layerAttributes(description), startTime: this.request.now() },
      trace.setSpan(base, parent),
    );
    const layer = new LayerSpan({
      span,
      parent,
      context: trace.setSpan(base, span),
      request: this.request,
      errors: this.errors,
      onEnd: (ended) => this.open.delete(ended),
    });
    this.open.add(layer);
    this.bySpan.set(span, layer);
    return layer;
  }

  /** The active context with all that the application has put into it, unless it is that of another request or of none. */
  private base(): Context {
    const active = context.active();
    return requestScope(active) === this.request.scope ? active : this.request.context;
  }

  private parentIn(base: Context, within: LayerSpan | undefined): Span {
    const span = this.enclosing(trace.getSpan(base) ?? this.request.span);
    // What is called from an event of the request, as behind a body parser, has left the layers around it.
    return span === this.request.span && within !== undefined ? this.enclosing(within.span) : span;
  }

  private enclosing(span: Span): Span {
    let layer = this.bySpan.get(span);
    let enclosing = span;
    while (layer !== undefined && !layer.isOpen) {
      enclosing = layer.parent;
      layer = this.bySpan.get(enclosing);
    }
    return enclosing;
  }
}
