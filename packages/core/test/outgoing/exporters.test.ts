import { metrics } from '@opentelemetry/api';
import { collector, setupOtel, withSpan } from '@otelier/core';
import { startOtlpSink, verifies } from '@otelier/testkit';
import { startTarget } from './target-server.js';

verifies('D10', 'the requests of the exporters are not traced, not measured, and carry no context', async () => {
  const [sink, target] = [await startOtlpSink(), await startTarget()];
  const otel = setupOtel({ serviceName: 'shop', handleSignals: false, destinations: [collector(sink.url)] });
  await withSpan('work', async () => {
    await (await fetch(`${target.origin}/ok`)).text();
    metrics.getMeter('shop').createCounter('orders').add(1);
    // From within a span, and with one request after a failure.
    sink.answerWith({ status: 503, times: 2 });
    await otel.flush();
  });
  sink.answerWith({});
  await otel.flush();
  await otel.shutdown();
  expect(sink.requests().length).toBeGreaterThanOrEqual(4);
  for (const { headers } of sink.requests()) {
    expect(Object.keys(headers).filter((name) => /^(traceparent|tracestate|baggage)$/.test(name))).toEqual([]);
  }
  expect(new Set(sink.spans().map(({ name }) => name))).toEqual(new Set(['work', 'GET']));
  expect(sink.spans().filter(({ name }) => name === 'GET')).toHaveLength(1);
  const durations = sink.metrics().filter(({ name }) => name === 'http.client.request.duration');
  expect(durations.length).toBeGreaterThanOrEqual(1);
  const ports = durations.flatMap(({ dataPoints }) => dataPoints.map(({ attributes }) => Number(attributes['server.port'])));
  expect(new Set(ports)).toEqual(new Set([target.port]));
  await Promise.all([sink.close(), target.close()]);
});
