import type * as Api from '@opentelemetry/api';
import { createNoopMeter, metrics, type Meter, type Observable, type ObservableResult } from '@opentelemetry/api';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type * as Core from '@otelier/core';
import { collector, setupOtel, type Otel, type OtelOptions } from '@otelier/core';
import { expectDiagnostics, startOtlpSink, verifies, type OtlpSink, type ReceivedDataPoint } from '@otelier/testkit';
import { EagerInstrumentation } from './early-instrumentation.js';

let sink: OtlpSink;
let otel: Otel | undefined;

beforeEach(async () => {
  sink = await startOtlpSink();
});

afterEach(async () => {
  await otel?.shutdown();
  otel = undefined;
  await sink.close();
});

function start(options: OtelOptions = {}): void {
  const destinations = [collector(sink.url, { signals: ['metrics'] })];
  otel = setupOtel({ handleSignals: false, outgoing: false, runtimeMetrics: false, destinations, ...options });
}

/** The points of a metric in the next export. */
async function exported(name: string): Promise<readonly Pick<ReceivedDataPoint, 'attributes' | 'value' | 'count'>[]> {
  sink.clear();
  await otel?.flush();
  const points = sink.metrics().find((metric) => metric.name === name)?.dataPoints ?? [];
  return points.map(({ attributes, value, count }) => ({ attributes, ...(value === undefined ? { count } : { value }) }));
}

const meterOfTest = (): Meter => metrics.getMeter('shop', '1.2.3');

describe('instruments made before the set-up', () => {
  verifies('M7', 'export what is measured after it, whatever their kind', async () => {
    const meter = meterOfTest();
    const [counter, upDown] = [meter.createCounter('orders'), meter.createUpDownCounter('open')];
    const [histogram, gauge] = [meter.createHistogram('price', { unit: 'EUR' }), meter.createGauge('stock')];
    start();
    counter.add(2, { kind: 'book' });
    upDown.add(-1);
    histogram.record(5);
    gauge.record(7);
    await otel?.flush();
    expect(sink.metrics().map(({ name, type, unit, scope, dataPoints }) => [name, type, unit, scope, dataPoints[0]?.value ?? dataPoints[0]?.count])).toEqual([
      ['orders', 'sum', '', { name: 'shop', version: '1.2.3' }, 2],
      ['open', 'sum', '', { name: 'shop', version: '1.2.3' }, -1],
      ['price', 'histogram', 'EUR', { name: 'shop', version: '1.2.3' }, 1],
      ['stock', 'gauge', '', { name: 'shop', version: '1.2.3' }, 7],
    ]);
  });

  describe('in a process that has had no set-up', () => {
    /** Copies of the packages of their own: what was measured is kept for the first set-up alone. */
    function startAfter(measure: (meter: Meter) => void): void {
      jest.isolateModules(() => {
        const api = jest.requireActual<typeof Api>('@opentelemetry/api');
        const core = jest.requireActual<typeof Core>('@otelier/core');
        measure(api.metrics.getMeter('shop'));
        const destinations = [core.collector(sink.url, { signals: ['metrics'] })];
        otel = core.setupOtel({ handleSignals: false, outgoing: false, runtimeMetrics: false, destinations });
      });
    }

    verifies('M7', 'keep what was measured before it', async () => {
      startAfter((meter) => {
        const attributes = { kind: 'book' };
        const counter = meter.createCounter('early');
        counter.add(2, attributes);
        attributes.kind = 'changed';
        meter.createUpDownCounter('early.open').add(-1);
        meter.createHistogram('early.price').record(5);
        meter.createGauge('early.stock').record(7);
      });
      expect(await exported('early')).toEqual([{ attributes: { kind: 'book' }, value: 2 }]);
      expect(await exported('early.open')).toEqual([{ attributes: {}, value: -1 }]);
      expect(await exported('early.price')).toEqual([{ attributes: {}, count: 1 }]);
      expect(await exported('early.stock')).toEqual([{ attributes: {}, value: 7 }]);
    });

    verifies(['M7', 'X6'], 'lose one measurement, and nothing else, to attributes that can not be read', async () => {
      expectDiagnostics('OTELIER_INTERNAL_ERROR');
      startAfter((meter) => {
        const counter = meter.createCounter('hostile');
        counter.add(1, Object.defineProperty({}, 'kind', { enumerable: true, get: () => { throw new Error('no'); } }));
        counter.add(1);
      });
      expect(await exported('hostile')).toEqual([{ attributes: {}, value: 1 }]);
    });

    verifies(['M7', 'X6'], 'keep a bounded number of measurements, and tell how many are lost', async () => {
      expectDiagnostics('OTELIER_MEASUREMENTS_LOST');
      startAfter((meter) => {
        const counter = meter.createCounter('flood');
        for (let index = 0; index < 1003; index += 1) {
          counter.add(1);
        }
      });
      expect(await exported('flood')).toEqual([{ attributes: {}, value: 1000 }]);
      expect(otel?.status().problems.map(({ message }) => message)).toContainEqual(expect.stringContaining('3 measurements'));
    });

    verifies(['M7', 'X6'], 'keep a bounded number of observables before a set-up, and tell how many are lost', async () => {
      expectDiagnostics('OTELIER_MEASUREMENTS_LOST');
      const callback = jest.fn((result: ObservableResult) => result.observe(1));
      const observables: Observable[] = [];
      startAfter((meter) => {
        for (let index = 0; index < 1003; index += 1) {
          observables.push(meter.createObservableGauge(`depth.${index}`));
          observables.at(-1)?.addCallback(callback);
        }
      });
      await otel?.flush();
      expect(callback).toHaveBeenCalledTimes(1000);
      expect(otel?.status().problems.map(({ message }) => message)).toContainEqual(expect.stringContaining('3 observables'));
      observables.forEach((observable) => observable.removeCallback(callback));
    });

    verifies('M7', 'observe without a bound while a set-up runs', async () => {
      const callback = jest.fn((result: ObservableResult) => result.observe(1));
      let observables: Observable[] = [];
      startAfter((meter) => {
        observables = Array.from(Array(1003).keys(), (index) => meter.createObservableGauge(`late.${index}`));
      });
      observables.forEach((observable) => observable.addCallback(callback));
      await otel?.flush();
      expect(callback).toHaveBeenCalledTimes(1003);
      observables.forEach((observable) => observable.removeCallback(callback));
    });
  });

  verifies('M7', 'observe with the callbacks that they have by then, and with those that come and go later', async () => {
    const meter = meterOfTest();
    const observe = (name: string) => (result: ObservableResult) => result.observe(1, { by: name });
    const [early, gone] = [observe('early'), observe('gone')];
    const [late, ending] = [observe('late'), jest.fn(observe('ending'))];
    for (const kind of ['Counter', 'UpDownCounter', 'Gauge'] as const) {
      const observable = meter[`createObservable${kind}`](`observed.${kind}`);
      [early, gone, ending].forEach((callback) => observable.addCallback(callback));
      observable.removeCallback(gone);
      start();
      observable.addCallback(late);
      const values = async (): Promise<unknown[]> => (await exported(`observed.${kind}`)).map(({ attributes }) => attributes['by']);
      expect(await values()).toEqual(['early', 'ending', 'late']);
      observable.removeCallback(ending);
      ending.mockClear();
      await otel?.flush();
      expect(ending).not.toHaveBeenCalled();
      await otel?.shutdown();
      start();
      expect(await values()).toEqual(['early', 'late']);
      await otel?.shutdown();
      observable.removeCallback(early);
      observable.removeCallback(late);
      start();
      expect(await values()).toEqual([]);
      await otel?.shutdown();
    }
  });

  verifies('M7', 'observe several at once', async () => {
    const meter = meterOfTest();
    const [first, second] = [meter.createObservableGauge('batch.first'), meter.createObservableGauge('batch.second')];
    const callback: Parameters<Meter['addBatchObservableCallback']>[0] = (result) => {
      result.observe(first, 1);
      result.observe(second, 2);
    };
    meter.addBatchObservableCallback(callback, [first, second]);
    meter.addBatchObservableCallback(callback, [second, first]);
    start();
    expect(await exported('batch.first')).toMatchObject([{ value: 1 }]);
    expect(await exported('batch.second')).toMatchObject([{ value: 2 }]);
    await otel?.shutdown();
    meter.removeBatchObservableCallback(callback, [second, first]);
    start();
    expect(await exported('batch.first')).toEqual([]);
  });

  verifies('M7', 'belong to the set-up that runs, one after the other', async () => {
    const counter = meterOfTest().createCounter('again');
    start();
    counter.add(1);
    await otel?.shutdown();
    counter.add(10);
    start();
    counter.add(100);
    expect(await exported('again')).toMatchObject([{ value: 100 }]);
  });

  verifies(['M7', 'P13'], 'leave an SDK of the application alone', async () => {
    const counter = meterOfTest().createCounter('foreign');
    const exporter = { export: jest.fn(), forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
    const provider = new MeterProvider({ readers: [reader] });
    try {
      expect(metrics.setGlobalMeterProvider(provider)).toBe(true);
      expect(metrics.getMeterProvider()).toBe(provider);
      counter.add(1);
      metrics.getMeter('other').createCounter('own').add(1);
      const { resourceMetrics } = await reader.collect();
      expect(resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name))).toEqual(['own']);
    } finally {
      metrics.disable();
      exporter.export.mockImplementation((_metrics: unknown, done: (result: object) => void) => done({ code: 0 }));
      await provider.shutdown();
    }
  });

  verifies('M7', 'of an instrumentation are made anew, and observe once', async () => {
    const instrumentation = new EagerInstrumentation();
    start({ instrumentations: [instrumentation] });
    await exported('instrumentation.reads');
    expect(instrumentation.reads).toBe(1);
  });

  verifies(['M7', 'P4'], 'cost nothing when the set-up is disabled', async () => {
    const counter = meterOfTest().createCounter('disabled');
    counter.add(1);
    otel = setupOtel({ disabled: true });
    counter.add(1);
    await otel.shutdown();
    start();
    counter.add(5);
    expect(await exported('disabled')).toMatchObject([{ value: 5 }]);
  });

  it('are not those of the API alone', () => {
    expect(meterOfTest()).not.toBe(createNoopMeter());
  });
});
