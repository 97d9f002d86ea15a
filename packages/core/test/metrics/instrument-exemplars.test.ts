import { context, metrics, ROOT_CONTEXT, trace, TraceFlags, type Meter } from '@opentelemetry/api';
import { collector, setupOtel, withSpan, type Otel } from '@otelier/core';
import { startOtlpSink, verifies, type OtlpSink, type ReceivedDataPoint } from '@otelier/testkit';
import { Variables } from '../sdk/variables.js';

const early = metrics.getMeter('early').createCounter('early.orders');
const variables = new Variables();
let sink: OtlpSink;
let otel: Otel;

beforeEach(async () => {
  sink = await startOtlpSink();
});

afterEach(async () => {
  await otel.shutdown();
  variables.restore();
  await sink.close();
});

function start(env: Readonly<Record<string, string>> = {}): Meter {
  variables.set(env);
  const destinations = [collector(sink.url, { signals: ['metrics'] })];
  otel = setupOtel({ handleSignals: false, outgoing: false, runtimeMetrics: false, destinations });
  return metrics.getMeter('shop', '2');
}

/** Measures within a new span and returns the span's ids. */
function inSpan(measure: () => void): { readonly traceId: string; readonly spanId: string } {
  return withSpan('work', (span) => {
    measure();
    const { traceId, spanId } = span.spanContext();
    return { traceId, spanId };
  });
}

/** The data points that the next flush brings. */
async function flushed(name: string, scope = 'shop'): Promise<readonly ReceivedDataPoint[]> {
  sink.clear();
  await otel.flush();
  return sink.metrics().find((metric) => metric.name === name && metric.scope.name === scope)?.dataPoints ?? [];
}

describe('exemplars of instruments of the application', () => {
  verifies('M7', 'lead from the series of a counter to the last span that added to it', async () => {
    const counter = start().createCounter('orders');
    inSpan(() => counter.add(1, { kind: 'book', size: 1 }));
    const book = inSpan(() => counter.add(2, { size: 1, kind: 'book' }));
    const pen = inSpan(() => counter.add(3, { kind: 'pen' }));
    counter.add(4, { kind: 'pen' });
    const points = await flushed('orders');
    expect(points.map(({ value, exemplars }) => [value, exemplars.map((it) => [it.value, it.traceId, it.spanId])])).toEqual([
      [3, [[2, book.traceId, book.spanId]]],
      [7, [[3, pen.traceId, pen.spanId]]],
    ]);
    expect((await flushed('orders')).map(({ exemplars }) => exemplars)).toEqual([[], []]);
  });

  verifies('M7', 'lead from each bucket of a histogram, with bounds of its own and without', async () => {
    const meter = start();
    const own = meter.createHistogram('own', { advice: { explicitBucketBoundaries: [1, 2] } });
    const plain = meter.createHistogram('plain');
    const spans = [0.5, 1, 1.5, 9].map((value) => inSpan(() => [own, plain].forEach((it) => it.record(value))));
    expect((await flushed('own'))[0]?.exemplars).toMatchObject([
      { value: 1, spanId: spans[1]?.spanId },
      { value: 1.5, spanId: spans[2]?.spanId },
      { value: 9, spanId: spans[3]?.spanId },
    ]);
    spans.push(inSpan(() => plain.record(4)), inSpan(() => plain.record(11)));
    expect((await flushed('plain'))[0]?.exemplars).toMatchObject([{ value: 4 }, { value: 11, spanId: spans.at(-1)?.spanId }]);
  });

  verifies('M7', 'come with up-down counters and gauges, with exponential histograms and with instruments made early', async () => {
    const meter = start({ OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram' });
    const [open, stock, price] = [meter.createUpDownCounter('open'), meter.createGauge('stock'), meter.createHistogram('price')];
    const span = inSpan(() => {
      open.add(-1);
      stock.record(7);
      price.record(5);
      early.add(1);
    });
    await otel.flush();
    const found = sink.metrics().map(({ name, dataPoints }) => [name, dataPoints[0]?.exemplars.map(({ spanId, value }) => [spanId, value])]);
    expect(found).toEqual([
      ['open', [[span.spanId, -1]]],
      ['stock', [[span.spanId, 7]]],
      ['price', [[span.spanId, 5]]],
      ['early.orders', [[span.spanId, 1]]],
    ]);
  });

  verifies('M7', 'are kept apart by scope, and shared by two instruments that are one', async () => {
    const [first, again] = [start().createCounter('orders'), metrics.getMeter('shop', '2').createCounter('orders')];
    const other = metrics.getMeter('shop', '3').createCounter('orders');
    inSpan(() => again.add(1));
    const last = inSpan(() => first.add(1));
    const elsewhere = inSpan(() => other.add(1));
    await otel.flush();
    const found = sink.metrics().map(({ scope, dataPoints }) => [scope.version, dataPoints[0]?.exemplars.map(({ spanId }) => spanId)]);
    expect(found).toEqual([
      ['2', [last.spanId]],
      ['3', [elsewhere.spanId]],
    ]);
  });

  verifies('M7', 'follow the context that is given, and are taken of sampled spans alone', async () => {
    const counter = start().createCounter('orders');
    const given = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    const within = (traceFlags: TraceFlags) => trace.setSpanContext(ROOT_CONTEXT, { ...given, traceFlags });
    inSpan(() => counter.add(1, {}, within(TraceFlags.NONE)));
    expect((await flushed('orders'))[0]?.exemplars).toEqual([]);
    inSpan(() => counter.add(1, {}, within(TraceFlags.SAMPLED)));
    context.with(within(TraceFlags.SAMPLED), () => counter.add(Number.NaN));
    expect((await flushed('orders'))[0]?.exemplars).toMatchObject([given]);
  });

  verifies(['M7', 'P4'], 'are not taken when OTEL_METRICS_EXEMPLAR_FILTER says so', async () => {
    const counter = start({ OTEL_METRICS_EXEMPLAR_FILTER: 'always_off' }).createCounter('orders');
    inSpan(() => counter.add(1));
    expect((await flushed('orders'))[0]?.exemplars).toEqual([]);
  });
});
