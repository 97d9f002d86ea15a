import { SpanKind } from '@opentelemetry/api';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { withSpan } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { startTarget } from './target-server.js';

/** Fetches within a span; returns the scopes of its CLIENT spans, and the trace that the target was told of. */
async function fetchObserved(order: 'before' | 'after'): Promise<{ scopes: string[]; told: string[]; last: string | undefined }> {
  const target = await startTarget();
  const made: { telemetry?: TelemetryProbe; instrumentation?: UndiciInstrumentation } = {};
  const steps = [
    () => (made.instrumentation = new UndiciInstrumentation()),
    () => (made.telemetry = new TelemetryProbe({ outgoing: {} })),
  ];
  (order === 'before' ? steps : steps.toReversed()).forEach((step) => step());
  const text = await withSpan('work', async () => (await fetch(`${target.origin}/echo`)).text());
  const { raw } = JSON.parse(text) as { raw: string[] };
  const spans = made.telemetry?.spans().filter(({ kind }) => kind === SpanKind.CLIENT) ?? [];
  made.instrumentation?.disable();
  await made.telemetry?.otel.shutdown();
  await target.close();
  const told = raw.filter((_text, index) => raw[index - 1]?.toLowerCase() === 'traceparent');
  const last = spans.find((span) => told[0]?.includes(span.spanContext().spanId) === true);
  return { scopes: spans.map(({ instrumentationScope }) => instrumentationScope.name), told, last: last?.instrumentationScope.name };
}

describe('beside instrumentation-undici of the application', () => {
  verifies('D10', 'no second span is made where the instrumentation came first', async () => {
    const { scopes, told, last } = await fetchObserved('before');
    expect(scopes).toEqual(['@opentelemetry/instrumentation-undici']);
    expect(told).toHaveLength(1);
    expect(last).toBe('@opentelemetry/instrumentation-undici');
  });

  verifies('D10', 'the target is told of one trace where the instrumentation comes later', async () => {
    const { scopes, told, last } = await fetchObserved('after');
    expect(scopes.toSorted()).toEqual(['@opentelemetry/instrumentation-undici', '@otelier/core']);
    expect(told).toHaveLength(1);
    expect(last).toBe('@opentelemetry/instrumentation-undici');
  });
});
