import { metrics, type Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  MetricReader,
  type DataPoint,
  type Histogram,
} from '@opentelemetry/sdk-metrics';
import { verifies } from '@otelier/testkit';
import { serverInstruments } from '../../src/http/server-metrics.js';
import { createHistogram } from '../../src/metrics/create-histogram.js';
import type { ValueLimits } from '../../src/metrics/value-limits.js';

class TestReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

const REQUEST = { 'http.request.method': 'GET', 'url.scheme': 'http' };
let reader: TestReader;

function install(temporality: AggregationTemporality): void {
  reader = new TestReader({ aggregationTemporalitySelector: () => temporality });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
}

beforeEach(() => install(AggregationTemporality.CUMULATIVE));
afterEach(() => metrics.disable());

async function points(): Promise<readonly DataPoint<Histogram>[]> {
  const { resourceMetrics } = await reader.collect();
  const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  return all.flatMap((metric) => (metric.dataPointType === DataPointType.HISTOGRAM ? metric.dataPoints : []));
}

function total(all: readonly DataPoint<Histogram>[]): number {
  return all.reduce((sum, { value }) => sum + value.count, 0);
}

function flood(count: number, attributes: (index: number) => Attributes): void {
  for (let index = 0; index < count; index += 1) {
    serverInstruments().duration.record(0.01, { ...REQUEST, ...attributes(index) });
  }
}

function own(limits: ValueLimits): ReturnType<typeof createHistogram> {
  return createHistogram({ name: 'own', description: 'Own.', unit: 's', boundaries: [1], limits });
}

describe('the series of request durations', () => {
  verifies('M8', 'stay below the limit when error classes are named after request data, and count every request', async () => {
    flood(20_000, (index) => ({ 'http.route': '/a', 'error.type': `NotFound${index}` }));
    flood(5, () => ({ 'http.route': '/a', 'error.type': 'NotFound7' }));
    const all = await points();
    expect(all).toHaveLength(101);
    expect(total(all)).toBe(20_005);
    const counts = new Map(all.map(({ attributes, value }) => [attributes['error.type'], value.count]));
    expect([counts.get('NotFound7'), counts.get('_OTHER')]).toEqual([6, 19_900]);
  });

  verifies('M8', 'stay below the limit when routes are made of request data, and keep the routes that were first', async () => {
    flood(20_000, (index) => ({ 'http.route': `/users/${index}` }));
    const all = await points();
    expect(all).toHaveLength(1001);
    expect(total(all)).toBe(20_000);
    expect(all.find(({ attributes }) => attributes['http.route'] === undefined)?.value.count).toBe(19_000);
    expect(all.map(({ attributes }) => attributes['http.route'])).toContain('/users/999');
  });

  verifies('M8', 'go on without a further route or error class when both are flooded', async () => {
    flood(20_000, (index) => ({ 'http.route': `/users/${index % 5000}`, 'error.type': `Gone${index % 700}` }));
    const all = await points();
    expect(all.length).toBeLessThanOrEqual(2000);
    expect(total(all)).toBe(20_000);
  });

  verifies('M8', 'stay within 2000 from collection to collection with cumulative temporality', async () => {
    for (let round = 1; round <= 4; round += 1) {
      flood(3000, (index) => ({ extra: `${round}-${index}` }));
      const all = await points();
      expect(all).toHaveLength(2000);
      expect(total(all)).toBe(round * 3000);
    }
    const overflow = (await points()).filter(({ attributes }) => attributes['otel.metric.overflow'] === true);
    expect(overflow.map(({ attributes, value }) => [attributes, value.count])).toEqual([
      [{ 'otel.metric.overflow': true }, 12_000 - 1999],
    ]);
  });

  verifies('M8', 'stay within 2000 with delta temporality, and known series go on after a flood', async () => {
    metrics.disable();
    install(AggregationTemporality.DELTA);
    flood(1, () => ({ 'http.route': '/before' }));
    flood(3000, (index) => ({ extra: index }));
    expect(await points()).toHaveLength(2000);
    flood(1, () => ({ 'http.route': '/before' }));
    flood(1, () => ({ 'http.route': '/after' }));
    expect((await points()).map(({ attributes }) => attributes)).toEqual([
      { ...REQUEST, 'http.route': '/before' },
      { 'otel.metric.overflow': true },
    ]);
  });
});

describe('a bounded histogram', () => {
  verifies('M8', 'takes attributes in any order, lists and missing values for the series that they are', async () => {
    const histogram = own({});
    histogram.record(1, { a: 1, b: 'x' });
    histogram.record(1, { b: 'x', a: 1 });
    histogram.record(1, { a: '1', b: 'x' });
    histogram.record(1, { list: ['a', 'b'] });
    histogram.record(1, { list: ['a', 'b'] });
    histogram.record(1, { list: ['a,b'] });
    histogram.record(1, {});
    histogram.record(1);
    expect((await points()).map(({ attributes, value }) => [attributes, value.count])).toEqual([
      [{ a: 1, b: 'x' }, 2],
      [{ a: '1', b: 'x' }, 1],
      [{ list: ['a', 'b'] }, 2],
      [{ list: ['a,b'] }, 1],
      [{}, 2],
    ]);
  });

  verifies('M8', 'is not misled by attributes that are changed later or have the names of prototypes', async () => {
    const histogram = own({});
    const attributes: Attributes = { a: 'before' };
    histogram.record(1, attributes);
    attributes['a'] = 'after';
    histogram.record(1, attributes);
    histogram.record(1, JSON.parse('{"__proto__":"polluted"}') as Attributes);
    histogram.record(1, { constructor: 'c' });
    expect((await points()).map((point) => [Object.entries(point.attributes), point.value.count])).toEqual([
      [[['a', 'before']], 1],
      [[['a', 'after']], 1],
      [[['__proto__', 'polluted']], 1],
      [[['constructor', 'c']], 1],
    ]);
  });

  verifies('M8', 'keeps the value that stands for the rest apart from those that are counted', async () => {
    const histogram = own({ kind: { max: 2, beyond: '_OTHER' } });
    for (const kind of ['_OTHER', 'a', 'b', 'c', '_OTHER', 'a']) {
      histogram.record(1, { kind });
    }
    expect((await points()).map(({ attributes, value }) => [attributes['kind'], value.count])).toEqual([
      ['_OTHER', 3],
      ['a', 2],
      ['b', 1],
    ]);
  });
});
