import { metrics, ROOT_CONTEXT, ValueType } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  InstrumentType,
  MeterProvider,
  MetricReader,
  type AggregationOption,
  type MetricData,
  type MetricReaderOptions,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { verifies } from '@otelier/testkit';
import { operationDuration } from '../../src/database/operation-duration.js';
import { bodySizeInstruments, serverInstruments } from '../../src/http/server-metrics.js';
import type { MeasuredRequest } from '../../src/http/request-histogram.js';
import { createUpDownCounter } from '../../src/metrics/create-up-down-counter.js';
import { ownMetrics } from '../../src/metrics/sums/own-metrics.js';
import { createMeterProvider } from '../../src/sdk/meter-provider.js';
import { SCOPE_NAME, VERSION } from '../../src/version.js';

class TestReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

const { CUMULATIVE, DELTA } = AggregationTemporality;

/** What the exporter of a destination asks for that is to get exponential histograms. */
function exponential(type: InstrumentType): AggregationOption {
  return { type: type === InstrumentType.HISTOGRAM ? AggregationType.EXPONENTIAL_HISTOGRAM : AggregationType.DEFAULT };
}

const RESOURCE = resourceFromAttributes({ 'service.name': 'shop' });

/** What readers ask for; each is a set-up of its own. */
const READERS: readonly (readonly [string, readonly MetricReaderOptions[]])[] = [
  ['a cumulative reader', [{}]],
  ['a delta reader', [{ aggregationTemporalitySelector: () => DELTA }]],
  ['several readers', [{}, { aggregationTemporalitySelector: () => DELTA }, { aggregationTemporalitySelector: () => CUMULATIVE }]],
  ['exponential histograms', [{ aggregationSelector: exponential }]],
  [
    'readers that want different histograms',
    [{}, { aggregationSelector: exponential, aggregationTemporalitySelector: () => DELTA }],
  ],
];

type Random = () => number;

/** Park and Miller's generator: the same numbers for the same seed. */
function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

function requestOf(random: Random): MeasuredRequest {
  return {
    method: pick(random, ['GET', 'POST', '_OTHER']),
    scheme: pick(random, ['http', 'https']),
    protocolVersion: pick(random, ['1.1', '2', undefined]),
    route: pick(random, ['/', '/users/:id', undefined]),
    statusCode: pick(random, [200, 404, undefined]),
    errorType: pick(random, ['Gone', undefined]),
    extra: pick(random, [undefined, undefined, { tenant: pick(random, ['a', 'b']), 'url.scheme': 'overruled' }, { list: ['x'] }]),
  };
}

/** A number near this one whose sums have no rounding errors, which depend on the order. */
function exact(value: number): number {
  return Math.round(value * 2 ** 20) / 2 ** 20;
}

let clock: number;

/** Measures the same for the same seed. */
function measure(random: Random): void {
  for (let count = 0; count < 30; count += 1) {
    clock += random() * 5;
    const request = requestOf(random);
    const seconds = pick(random, [exact(random() / 100 + 0.001), exact(random() * 20 + 1), 1, 2 ** -40]);
    serverInstruments().duration.recordRequest(seconds, request, ROOT_CONTEXT);
    serverInstruments().activeRequests.seriesOf(request.method, request.scheme).add(pick(random, [1, -1]), ROOT_CONTEXT);
    operationDuration().record(seconds, { 'db.system.name': 'redis', 'db.operation.name': pick(random, ['GET', 'SET']) });
    if (random() < 0.3) {
      bodySizeInstruments().request.recordRequest(pick(random, [64, 256, Math.ceil(random() * 1e6)]), request, ROOT_CONTEXT);
    }
  }
}

/** A form in which the order of series and metrics does not show: nobody may rely on it. */
function orderless(scopes: readonly ScopeMetrics[]): unknown {
  const textOf = (attributes: object): string => JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return scopes.map(({ scope, metrics: ofScope }) => ({
    scope: { ...scope },
    metrics: ofScope
      .map((metric: MetricData) => ({
        ...metric,
        dataPoints: [...metric.dataPoints].sort((a, b) => (textOf(a.attributes) < textOf(b.attributes) ? -1 : 1)),
      }))
      .sort((a, b) => (a.descriptor.name < b.descriptor.name ? -1 : 1)),
  }));
}

/** Everything that the readers collect in the course of some hundred measurements. */
async function run(provider: MeterProvider, readers: readonly MetricReader[], seed: number): Promise<unknown[]> {
  clock = 1_700_000_000_000;
  metrics.setGlobalMeterProvider(provider);
  const random = randomOf(seed);
  const collected: unknown[] = [];
  for (let round = 0; round < 8; round += 1) {
    if (random() < 0.8) {
      measure(random);
    }
    for (const reader of readers) {
      if (random() < 0.7) {
        const { resourceMetrics, errors } = await reader.collect();
        collected.push([orderless(resourceMetrics.scopeMetrics), resourceMetrics.resource.attributes, errors]);
      }
    }
  }
  metrics.disable();
  return collected;
}

const readersOf = (options: readonly MetricReaderOptions[]): MetricReader[] => options.map((each) => new TestReader(each));

beforeEach(() => {
  clock = 1_700_000_000_000;
  jest.spyOn(Date, 'now').mockImplementation(() => Math.floor(clock));
});

afterEach(() => {
  jest.restoreAllMocks();
  metrics.disable();
});

/** The number of series, and of measurements in those without a route, after a flood of routes and error classes. */
async function flood(provider: MeterProvider, reader: MetricReader): Promise<unknown> {
  metrics.setGlobalMeterProvider(provider);
  const request = { method: 'GET', scheme: 'http', protocolVersion: '1.1', statusCode: 200, extra: undefined };
  for (let index = 0; index < 2500; index += 1) {
    const errorType = index % 3 === 0 ? `Gone${index % 200}` : undefined;
    serverInstruments().duration.recordRequest(1, { ...request, route: `/${index % 1100}`, errorType }, ROOT_CONTEXT);
  }
  const { resourceMetrics } = await reader.collect();
  metrics.disable();
  return resourceMetrics.scopeMetrics[0]?.metrics.map(({ dataPoints }) =>
    dataPoints.map(({ attributes, value }) => JSON.stringify([attributes, value])).toSorted(),
  );
}

describe('the metrics that are summed up beside the SDK', () => {
  for (const [what, options] of READERS) {
    verifies(['M1', 'M2', 'M3', 'M4', 'Q1'], `are those that the SDK would have collected, for ${what}`, async () => {
      for (const seed of [7, 20_000]) {
        const [own, registered] = [readersOf(options), readersOf(options)];
        const expected = await run(new MeterProvider({ resource: RESOURCE, readers: registered }), registered, seed);
        const provider = createMeterProvider(RESOURCE, own);
        expect(ownMetrics(provider)).toBeDefined();
        const found = await run(provider, own, seed);
        expect(expected.length).toBeGreaterThan(3);
        expect(found).toEqual(expected);
      }
    });
  }

  verifies('M8', 'have the same bounds for routes and error classes', async () => {
    const [own, registered] = [...readersOf([{}]), ...readersOf([{}])] as [MetricReader, MetricReader];
    const expected = await flood(new MeterProvider({ readers: [registered] }), registered);
    expect(await flood(createMeterProvider(RESOURCE, [own]), own)).toEqual(expected);
  });

  verifies('M7', 'stand in the scope of what the SDK collects for Otelier, and nothing is reported before it is measured', async () => {
    const [reader] = readersOf([{}]) as [MetricReader];
    metrics.setGlobalMeterProvider(createMeterProvider(RESOURCE, [reader]));
    const names = async (): Promise<unknown> =>
      (await reader.collect()).resourceMetrics.scopeMetrics.map(({ scope, metrics: ofScope }) => [
        scope.name,
        scope.version,
        ofScope.map(({ descriptor }) => descriptor.name),
      ]);
    serverInstruments();
    expect(await names()).toEqual([]);
    metrics.getMeter(SCOPE_NAME, VERSION).createCounter('collected').add(1);
    metrics.getMeter('shop').createCounter('orders').add(1);
    serverInstruments().activeRequests.seriesOf('GET', 'http').add(1, ROOT_CONTEXT);
    expect(await names()).toEqual([
      [SCOPE_NAME, VERSION, ['collected', 'http.server.active_requests']],
      ['shop', '', ['orders']],
    ]);
  });

  verifies('M7', 'are left to the SDK where a reader wants something else of it', async () => {
    const wishes: readonly MetricReaderOptions[] = [
      { cardinalitySelector: () => 50 },
      { aggregationSelector: () => ({ type: AggregationType.DROP }) },
      { aggregationSelector: () => ({ type: AggregationType.SUM }) },
      { aggregationSelector: () => ({ type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [1] } }) },
    ];
    for (const wish of wishes) {
      const [own, registered] = [readersOf([{}, wish]), readersOf([{}, wish])];
      const provider = createMeterProvider(RESOURCE, own);
      expect(ownMetrics(provider)).toBeUndefined();
      const expected = await run(new MeterProvider({ resource: RESOURCE, readers: registered }), registered, 7);
      expect(await run(provider, own, 7)).toEqual(expected);
    }
  });

  verifies('M7', 'are the same instrument for whoever asks for it twice', async () => {
    const [reader] = readersOf([{}]) as [MetricReader];
    metrics.setGlobalMeterProvider(createMeterProvider(RESOURCE, [reader]));
    const described = { name: 'open', description: 'Open.', unit: '1', valueType: ValueType.INT };
    createUpDownCounter(described).seriesOf({ a: 1 }).add(2, ROOT_CONTEXT);
    createUpDownCounter(described).seriesOf({ a: 1 }).add(-3, ROOT_CONTEXT);
    const { resourceMetrics } = await reader.collect();
    expect(resourceMetrics.scopeMetrics[0]?.metrics.map(({ dataPoints }) => dataPoints)).toMatchObject([
      [{ attributes: { a: 1 }, value: -1 }],
    ]);
  });

  verifies('M7', 'stay as they were collected, whatever is measured afterwards', async () => {
    const [reader] = readersOf([{}]) as [MetricReader];
    metrics.setGlobalMeterProvider(createMeterProvider(RESOURCE, [reader]));
    operationDuration().record(1, { 'db.system.name': 'redis' });
    const { resourceMetrics } = await reader.collect();
    const before = JSON.stringify(resourceMetrics.scopeMetrics);
    operationDuration().record(1, { 'db.system.name': 'redis' });
    await reader.collect();
    expect(JSON.stringify(resourceMetrics.scopeMetrics)).toBe(before);
  });
});
