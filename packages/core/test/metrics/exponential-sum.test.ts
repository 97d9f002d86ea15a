import {
  AggregationType,
  InstrumentType,
  MeterProvider,
  MetricReader,
  type DataPoint,
  type ExponentialHistogram,
} from '@opentelemetry/sdk-metrics';
import { verifies } from '@otelier/testkit';
import { ExponentialSum } from '../../src/metrics/sums/exponential-sum.js';

class TestReader extends MetricReader {
  constructor() {
    super({
      aggregationSelector: (type) => ({
        type: type === InstrumentType.HISTOGRAM ? AggregationType.EXPONENTIAL_HISTOGRAM : AggregationType.DEFAULT,
      }),
    });
  }

  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** What the SDK makes of some values. */
async function bySdk(values: readonly number[]): Promise<unknown> {
  const reader = new TestReader();
  const histogram = new MeterProvider({ readers: [reader] }).getMeter('own').createHistogram('own');
  values.forEach((value) => histogram.record(value));
  const { resourceMetrics } = await reader.collect();
  const point = resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0];
  const { positive, negative, ...rest } = (point as DataPoint<ExponentialHistogram>).value;
  expect(negative).toEqual({ offset: 0, bucketCounts: [] });
  return { ...rest, offset: positive.offset, counts: positive.bucketCounts };
}

function shown({ count, sum, min, max, scale, zeroCount, offset, counts }: ExponentialSum): unknown {
  return { count, sum, min, max, scale, zeroCount, offset, counts };
}

function sumOf(values: readonly number[]): ExponentialSum {
  const sum = new ExponentialSum();
  values.forEach((value) => sum.add(value));
  return sum;
}

const VALUES: Readonly<Record<string, readonly number[]>> = {
  'one value': [0.3],
  'powers of two': [0.25, 0.5, 1, 2, 4, 1024],
  'the same value again': [7, 7, 7],
  'values that come nearer to zero': [1, 0.375, 2 ** -7, 3 * 2 ** -12, 5 * 2 ** -18],
  'values that grow': [1, 1.125, 1.5, 3, 70, 1e4],
  'zeros among others': [0, 3, 0, 5],
  'nothing but zeros': [0, 0],
  'everything that a number can be': [5e-324, 2.3e-308, 2 ** -1022, 1e-200, 1, 1e200, Number.MAX_VALUE],
  'bounds of wide buckets': [2 ** -1000, 2 ** 16, 2 ** 32, 2 ** 33, 3, 4, 5],
};

describe('an exponential sum', () => {
  for (const [what, values] of Object.entries(VALUES)) {
    verifies('M7', `has the buckets that the SDK would have, with ${what}`, async () => {
      expect(shown(sumOf(values))).toEqual(await bySdk(values));
    });

    verifies('M7', `is the same in one piece and merged of two, with ${what}`, () => {
      for (let cut = 1; cut <= values.length; cut += 1) {
        const merged = sumOf(values.slice(0, cut));
        const later = sumOf(values.slice(cut));
        merged.merge(later);
        expect(shown(merged)).toEqual(shown(sumOf(values)));
        expect(shown(later)).toEqual(shown(sumOf(values.slice(cut))));
      }
    });
  }

  verifies('M7', 'leaves out what has no bucket, and is not changed by what its copy adds', () => {
    const sum = sumOf([1, Infinity]);
    const copy = sum.copy();
    copy.add(1e6);
    expect(shown(sum)).toEqual(shown(sumOf([1])));
    expect(shown(copy)).toEqual(shown(sumOf([1, 1e6])));
  });
});
