import { metrics, ROOT_CONTEXT, trace, TraceFlags, type Context } from '@opentelemetry/api';
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { startOtlpSink, verifies, type OtlpSink, type ReceivedMetric } from '@otelier/testkit';
import { createHistogram } from '../../src/metrics/create-histogram.js';
import { ExemplarSource } from '../../src/metrics/exemplar-source.js';
import { keepExemplars } from '../../src/metrics/instrument-exemplars.js';
import { ExemplarSerializer } from '../../src/pipeline/exemplar-serializer.js';

class TestReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

const BOUNDARIES = [0.1, 1, 10];
let sink: OtlpSink;
let reader: TestReader;
let source: ExemplarSource;

function install(aggregation = AggregationType.DEFAULT): void {
  reader = new TestReader({
    aggregationTemporalitySelector: () => AggregationTemporality.DELTA,
    aggregationSelector: () => ({ type: aggregation }) as { type: AggregationType.DEFAULT },
  });
  const provider = new MeterProvider({ readers: [reader] });
  source = new ExemplarSource('trace_based');
  keepExemplars(provider, source);
  metrics.setGlobalMeterProvider(provider);
}

beforeEach(async () => {
  sink = await startOtlpSink();
  install();
});

afterEach(async () => {
  metrics.disable();
  await sink.close();
});

function histogram(name: string): ReturnType<typeof createHistogram> {
  return createHistogram({ name, description: 'Ä description.', unit: 's', boundaries: BOUNDARIES });
}

function sampled(index: number): Context {
  const spanId = (index + 1).toString(16).padStart(16, '0');
  const spanContext = { traceId: `${spanId}${spanId}`, spanId, traceFlags: TraceFlags.SAMPLED };
  return trace.setSpanContext(ROOT_CONTEXT, spanContext);
}

async function collect(): Promise<ResourceMetrics> {
  return (await reader.collect()).resourceMetrics;
}

/** What another decoder reads in a request's bytes. */
async function decode(bytes: Uint8Array | undefined): Promise<readonly ReceivedMetric[]> {
  sink.clear();
  const answer = await fetch(`${sink.url}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: Buffer.from(bytes ?? []),
  });
  expect(answer.status).toBe(200);
  return sink.metrics();
}

function withoutExemplars(all: readonly ReceivedMetric[]): unknown {
  return all.map((metric) => ({
    ...metric,
    dataPoints: metric.dataPoints.map((point) => ({ ...point, exemplars: [] })),
  }));
}

/** Metrics of every kind around two histograms with many data points, so that lengths have one, two and three bytes. */
function recordAll(): void {
  const meter = metrics.getMeter('shop', '1.0.0', { schemaUrl: 'https://schemas.example/1' });
  meter.createHistogram('first').record(0.5, { route: '/Ω' });
  const small = histogram('small');
  meter.createCounter('count').add(3, { list: ['a', 'b'] });
  meter.createUpDownCounter('down').add(-3);
  meter.createGauge('gauge').record(-0.5);
  const large = histogram('large');
  small.record(0.5, {}, sampled(0));
  for (let index = 0; index < 300; index += 1) {
    large.record(0.05, { index, text: 'x'.repeat(index) }, sampled(index));
    large.record(5, { index, text: 'x'.repeat(index) }, sampled(1000 + index));
  }
}

describe('the serializer of metrics with exemplars', () => {
  verifies('M7', 'adds exemplars to their data points and leaves everything else as it was', async () => {
    recordAll();
    const collected = await collect();
    const stock = await decode(ProtobufMetricsSerializer.serializeRequest(collected));
    const own = await decode(new ExemplarSerializer(source).serializeRequest(collected));
    expect(withoutExemplars(own)).toEqual(stock);
    const large = own.find((metric) => metric.name === 'large');
    expect(large?.dataPoints).toHaveLength(300);
    for (const { attributes, exemplars } of large?.dataPoints ?? []) {
      const index = Number(attributes['index']);
      expect(exemplars.map(({ value, spanId }) => [value, Number.parseInt(spanId ?? '', 16)])).toEqual([
        [0.05, index + 1],
        [5, 1000 + index + 1],
      ]);
    }
    const counts = own.map(({ name, dataPoints }) => [name, dataPoints.flatMap(({ exemplars }) => exemplars).length]);
    expect(Object.fromEntries(counts)).toEqual({ first: 0, count: 0, down: 0, gauge: 0, small: 1, large: 600 });
  });

  verifies('M7', 'writes the bytes of OpenTelemetry where there are no exemplars', async () => {
    metrics.getMeter('shop').createHistogram('first').record(0.5);
    histogram('own').record(0.5, { a: 'b' }, ROOT_CONTEXT);
    const collected = await collect();
    const own = new ExemplarSerializer(source).serializeRequest(collected);
    expect(own).toEqual(ProtobufMetricsSerializer.serializeRequest(collected));
    expect(await decode(own)).toHaveLength(2);
  });

  verifies('M7', 'adds exemplars to exponential histograms', async () => {
    metrics.disable();
    install(AggregationType.EXPONENTIAL_HISTOGRAM);
    histogram('own').record(0.5, { a: 'b' }, sampled(6));
    const [metric] = await decode(new ExemplarSerializer(source).serializeRequest(await collect()));
    expect(metric?.type).toBe('exponentialHistogram');
    expect(metric?.dataPoints[0]?.exemplars).toMatchObject([{ value: 0.5, spanId: '0000000000000007' }]);
  });

  for (const [traceId, spanId] of [
    ['0af7651916cd43dd8448eb211c80319c', 'xyz'],
    ['0af7', 'b7ad6b7169203331'],
    ['0'.repeat(32), '0'.repeat(16)],
  ] as const) {
    verifies('M7', `leaves out the ids ${traceId} and ${spanId}, for which a receiver would refuse the request`, async () => {
      const broken = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
      histogram('own').record(0.5, {}, trace.setSpanContext(ROOT_CONTEXT, broken));
      const [metric] = await decode(new ExemplarSerializer(source).serializeRequest(await collect()));
      const [exemplar] = metric?.dataPoints[0]?.exemplars ?? [];
      expect([exemplar?.value, exemplar?.traceId, exemplar?.spanId]).toEqual([0.5, undefined, undefined]);
    });
  }

  verifies('M7', 'keeps apart those of a metric of the application that has the same name', async () => {
    metrics.getMeter('shop').createHistogram('own').record(0.25, { a: 'b' }, sampled(0));
    histogram('own').record(0.5, { a: 'b' }, sampled(0));
    const own = await decode(new ExemplarSerializer(source).serializeRequest(await collect()));
    const values = own.map(({ scope, dataPoints }) => [scope.name, dataPoints[0]?.exemplars.map(({ value }) => value)]);
    expect(values).toEqual([['shop', [0.25]], ['@otelier/core', [0.5]]]);
  });

  verifies('M7', 'leaves out what was measured before the time of the data point', async () => {
    const own = histogram('own');
    const start = Date.now();
    const now = jest.spyOn(Date, 'now');
    const at = async (millis: number, act: () => unknown): Promise<void> => {
      now.mockReturnValue(start + millis);
      await act();
    };
    try {
      await at(0, () => own.record(0.05, {}, sampled(0)));
      await at(1000, collect);
      await at(2000, () => own.record(5, {}, sampled(1)));
      now.mockReturnValue(start + 3000);
      const [metric] = await decode(new ExemplarSerializer(source).serializeRequest(await collect()));
      expect(metric?.dataPoints[0]?.exemplars).toMatchObject([{ value: 5 }]);
      expect(metric?.dataPoints[0]?.exemplars).toHaveLength(1);
    } finally {
      jest.restoreAllMocks();
    }
  });

  verifies('M7', 'leaves what was measured after the collection to the next one', async () => {
    const own = histogram('own');
    const serializer = new ExemplarSerializer(source);
    own.record(0.5, {}, sampled(0));
    const collected = await collect();
    const later = Date.now() + 60_000;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    try {
      own.record(0.5, {}, sampled(1));
      const [first] = await decode(serializer.serializeRequest(collected));
      expect(first?.dataPoints[0]?.exemplars).toEqual([]);
      const [second] = await decode(serializer.serializeRequest(await collect()));
      expect(second?.dataPoints[0]?.exemplars).toMatchObject([{ spanId: '0000000000000002' }]);
    } finally {
      jest.restoreAllMocks();
    }
  });

  verifies(['M7', 'X4'], 'gives exemplars out again when the request that had them is not sent', async () => {
    histogram('small').record(0.5, {}, sampled(0));
    const collected = await collect();
    const serializer = new ExemplarSerializer(source);
    const exemplarsOf = async (): Promise<number> => {
      const [metric] = await decode(serializer.serializeRequest(collected));
      return metric?.dataPoints[0]?.exemplars.length ?? 0;
    };
    expect(await exemplarsOf()).toBe(1);
    expect(await exemplarsOf()).toBe(0);
    serializer.takeBack();
    expect(await exemplarsOf()).toBe(0);
    const again = new ExemplarSerializer(source);
    again.serializeRequest(collected);
    again.takeBack();
    expect((await decode(again.serializeRequest(collected)))[0]?.dataPoints[0]?.exemplars).toHaveLength(1);
  });
});
