import {
  trace,
  TraceFlags,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { requestScope } from '../tracing/request-scope.js';

/** B3 in one header, or in one for each value. */
export function createB3Propagator(headers: 'single' | 'multiple'): TextMapPropagator {
  const injectEncoding = headers === 'single' ? B3InjectEncoding.SINGLE_HEADER : B3InjectEncoding.MULTI_HEADER;
  return new RequestAwarePropagator(new B3Propagator({ injectEncoding }));
}

/** Tells those behind an ignored request that nobody keeps its spans, so that they need not either. */
class RequestAwarePropagator implements TextMapPropagator {
  constructor(private readonly propagator: TextMapPropagator) {}

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = requestScope(context)?.ignored === true ? trace.getSpanContext(context) : undefined;
    const within = span === undefined ? context : trace.setSpanContext(context, { ...span, traceFlags: TraceFlags.NONE });
    this.propagator.inject(within, carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return this.propagator.extract(context, carrier, getter);
  }

  fields(): string[] {
    return this.propagator.fields();
  }
}
