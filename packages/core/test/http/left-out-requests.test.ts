import { createServer } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { context, propagation, trace, TraceFlags, type Context } from '@opentelemetry/api';
import { suppressTracing, W3CTraceContextPropagator } from '@opentelemetry/core';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { collector, setupOtel, withSpan } from '@otelier/core';
import { startOtlpSink, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { observeRequest, settleRequestOptions, watchServer } from '../../src/adapter.js';
import { serveRequests } from './served-request.js';
import { watcher } from './watched-server.js';

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

verifies('R16', 'exports nothing of a request that turns out to be left out when its client has left', async () => {
  const sink = await startOtlpSink();
  const otel = setupOtel({ serviceName: 'shop', handleSignals: false, destinations: [collector(sink.url, { signals: ['traces'] })] });
  const hasEnded = new Promise<void>((resolve) => {
    const server = createServer((request, response) => {
      const observation = observeRequest(
        { request, response, facts: { scheme: 'http', host: 'shop', clientAddress: undefined }, scope: { name: 'test', version: '1' } },
        settleRequestOptions('test', {}),
      );
      response.on('close', () => {
        // As a guard does that is still at work.
        observation.ignore();
        server.close(() => resolve());
      });
      client.destroy();
    });
    const client = new Socket();
    server.listen(0, '127.0.0.1', () => {
      client.connect((server.address() as AddressInfo).port, '127.0.0.1', () => client.write('GET / HTTP/1.1\r\nHost: shop\r\n\r\n'));
    });
  });
  await hasEnded;
  await otel.flush();
  expect(sink.spans()).toEqual([]);
  const { started, ended, exported } = otel.status().spans;
  expect([started, ended, exported]).toEqual([1, 1, 0]);
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

verifies(['R16', 'R17', 'P13'], 'ends no span of the SDK of the application for a request that turns out to be left out', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const served = await serveRequests(({ response, observation }) => {
    observation.ignore();
    response.end();
  });
  await served.ask();
  await served.close();
  expect(exporter.getFinishedSpans()).toEqual([]);
  await provider.shutdown();
  [trace, context].forEach((api) => api.disable());
});

verifies(['P4', 'R27'], 'watches no server when nothing is recorded', async () => {
  const otel = setupOtel({ disabled: true });
  const server = createServer();
  expect([watchServer(server, watcher()), Object.hasOwn(server, 'emit')]).toEqual([undefined, false]);
  await otel.shutdown();
});

verifies(['R16', 'R17'], 'shows the span processors of the application no end of a request that turns out to be left out', async () => {
  const calls: string[] = [];
  const processor: SpanProcessor = {
    onStart: () => void calls.push('onStart'),
    onEnding: () => void calls.push('onEnding'),
    onEnd: () => void calls.push('onEnd'),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const { otel } = new TelemetryProbe({ spanProcessors: [processor] });
  const served = await serveRequests(({ response, observation }) => {
    observation.ignore();
    response.end();
  });
  await served.ask();
  await served.close();
  expect(calls).toEqual(['onStart']);
  await otel.shutdown();
});

verifies(['R11', 'R13'], 'takes nothing over from the context of another request', async () => {
  const telemetry = new TelemetryProbe();
  const key = Symbol('the application');
  let other: Context | undefined;
  const seen: unknown[] = [];
  const served = await serveRequests(
    ({ response }) => {
      seen.push(context.active().getValue(key));
      other ??= context.active().setValue(key, 'of the other');
      response.end();
    },
    {},
    (observe) => (other === undefined ? observe() : context.with(other, observe)),
  );
  await served.ask();
  await served.ask();
  await served.close();
  expect(seen).toEqual([undefined, undefined]);
  await telemetry.otel.shutdown();
});

verifies(['R14', 'R16'], 'leaves out a request that was taken out of tracing before it came, and keeps what the application put into the context', async () => {
  const telemetry = new TelemetryProbe();
  const key = Symbol('the application');
  let seen: unknown[] = [];
  const served = await serveRequests(
    ({ response }) => {
      seen = [context.active().getValue(key), trace.getActiveSpan()?.spanContext().traceFlags, outgoing()['traceparent']?.slice(3, 35)];
      withSpan('beneath', () => response.end());
    },
    {},
    (observe) => context.with(suppressTracing(context.active().setValue(key, 'kept')), observe),
  );
  await served.ask(CALLER);
  await served.close();
  expect(seen).toEqual(['kept', TraceFlags.NONE, TRACE_ID]);
  expect(telemetry.spans()).toEqual([]);
  await telemetry.otel.shutdown();
});
