import { context, propagation, trace, TraceFlags } from '@opentelemetry/api';
import { suppressTracing, W3CTraceContextPropagator } from '@opentelemetry/core';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { collector, setupOtel, withSpan } from '@otelier/core';
import { startOtlpSink, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { serveRequests } from './served-request.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };

function outgoing(): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

verifies(['R16', 'R17'], 'exports nothing of a request that turns out to be left out, and tells nobody behind it to record', async () => {
  const sink = await startOtlpSink();
  const otel = setupOtel({ serviceName: 'shop', handleSignals: false, destinations: [collector(sink.url, { signals: ['traces'] })] });
  const headers: Record<string, string>[] = [];
  const served = await serveRequests(({ response, observation }) => {
    withSpan('before it is known', () => {});
    headers.push(outgoing());
    observation.ignore();
    withSpan('when it is known', () => headers.push(outgoing()));
    headers.push(outgoing());
    const own: Record<string, string> = {};
    observation.handle.inject(own);
    headers.push(own);
    response.end();
  });
  await served.ask(CALLER);
  await served.close();
  await otel.flush();
  expect(headers.map(({ traceparent = '' }) => [traceparent.slice(3, 35), traceparent.slice(-2)])).toEqual([
    [TRACE_ID, '01'],
    [TRACE_ID, '00'],
    [TRACE_ID, '00'],
    [TRACE_ID, '00'],
  ]);
  expect(sink.spans()).toEqual([]);
  const { started, ended, exported } = otel.status().spans;
  expect([started, ended, exported]).toEqual([2, 2, 0]);
  await otel.shutdown();
  await sink.close();
});

verifies(['R16', 'P13'], 'leaves requests out of the SDK of the application, whose trace goes on as not sampled', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  let headers: Record<string, string> = {};
  const served = await serveRequests(
    ({ response }) => {
      trace.getTracer('shop').startSpan('beneath').end();
      headers = outgoing();
      response.end();
    },
    { ignore: ['/'] },
  );
  await served.ask(CALLER);
  await served.close();
  expect(headers['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
  expect(exporter.getFinishedSpans()).toEqual([]);
  await provider.shutdown();
  [trace, context, propagation].forEach((api) => api.disable());
});

verifies(['R14', 'R16'], 'leaves out a request that was taken out of tracing before it came, and keeps what the application put into the context', async () => {
  const telemetry = new TelemetryProbe();
  const key = Symbol('the application');
  let seen: unknown[] = [];
  const served = await serveRequests(
    ({ response }) => {
      seen = [context.active().getValue(key), trace.getActiveSpan()?.spanContext().traceFlags];
      withSpan('beneath', () => response.end());
    },
    {},
    (observe) => context.with(suppressTracing(context.active().setValue(key, 'kept')), observe),
  );
  await served.ask(CALLER);
  await served.close();
  expect(seen).toEqual(['kept', TraceFlags.NONE]);
  expect(telemetry.spans()).toEqual([]);
  await telemetry.otel.shutdown();
});
