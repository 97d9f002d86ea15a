import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { builtCore } from './built-core.mjs';
import { timed } from './stopwatch.mjs';

const headers = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', host: 'localhost' };

/** The caller's context out of headers and into others. */
export async function measurePropagation() {
  const { TraceContextPropagator } = await builtCore('propagation/trace-context-propagator');
  const own = new TraceContextPropagator();
  const stock = new W3CTraceContextPropagator();
  const extract = (propagator, carrier) => timed(() => propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
  const within = stock.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  const inject = (propagator) => timed(() => propagator.inject(within, {}, defaultTextMapSetter));
  return [
    { name: 'extract: a traceparent', own: extract(own, headers), stock: extract(stock, headers) },
    { name: 'extract: none', own: extract(own, {}), stock: extract(stock, {}) },
    { name: 'inject: a traceparent', own: inject(own), stock: inject(stock) },
  ];
}
