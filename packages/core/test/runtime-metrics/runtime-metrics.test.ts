import { PerformanceObserver } from 'node:perf_hooks';
import { AggregationTemporality, MeterProvider, MetricReader, type MetricData } from '@opentelemetry/sdk-metrics';
import { collector, setupOtel, type Otel, type OtelInstrumentation } from '@otelier/core';
import { startOtlpSink, verifies } from '@otelier/testkit';
import { startRuntimeMetrics } from '../../src/runtime-metrics/runtime-metrics.js';

class ManualReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }

  async byName(): Promise<ReadonlyMap<string, MetricData>> {
    const { resourceMetrics, errors } = await this.collect();
    if (errors.length > 0) {
      throw new AggregateError(errors);
    }
    return new Map(resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map((it) => [it.descriptor.name, it])));
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const valuesOf = (metric: MetricData | undefined): number[] =>
  metric?.dataPoints.map(({ value }) => (typeof value === 'number' ? value : value.count)) ?? [];

describe('the metrics of the runtime', () => {
  let stop: () => void = () => {};
  let readers: readonly [ManualReader, ManualReader];
  let provider: MeterProvider;

  beforeEach(() => {
    readers = [new ManualReader(), new ManualReader()];
    provider = new MeterProvider({ readers: [...readers] });
    stop = startRuntimeMetrics(provider);
  });

  afterEach(async () => {
    stop();
    await provider.shutdown();
  });

  const samples = (): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(resolve, 50);
    });

  /** Keeps the event loop busy for a while, between two samples of its delay. */
  async function work(millis: number): Promise<void> {
    await samples();
    const end = performance.now() + millis;
    while (performance.now() < end) {
      // Busy.
    }
    await samples();
  }

  verifies('M6', 'are plausible numbers in the units of the conventions', async () => {
    await work(100);
    const metrics = await readers[0].byName();
    const [max = 0] = valuesOf(metrics.get('nodejs.eventloop.delay.max'));
    expect(max).toBeGreaterThan(0.09);
    expect(max).toBeLessThan(20);
    const [utilization = -1] = valuesOf(metrics.get('nodejs.eventloop.utilization'));
    expect(utilization).toBeGreaterThan(0);
    expect(utilization).toBeLessThanOrEqual(1);
    const heap = valuesOf(metrics.get('v8js.memory.heap.used')).reduce((sum, used) => sum + used, 0);
    expect(heap / process.memoryUsage().heapUsed).toBeCloseTo(1, 0);
    const [rss = 0] = valuesOf(metrics.get('process.memory.usage'));
    expect(rss / process.memoryUsage().rss).toBeCloseTo(1, 0);
    const cpu = valuesOf(metrics.get('process.cpu.utilization')).reduce((sum, share) => sum + share, 0);
    expect(cpu).toBeGreaterThan(0);
    expect(cpu).toBeLessThanOrEqual(1.1);
    expect(valuesOf(metrics.get('process.uptime'))[0]).toBeGreaterThan(0);
    const seconds = valuesOf(metrics.get('process.cpu.time')).reduce((sum, used) => sum + used, 0);
    expect(seconds).toBeGreaterThan(0.1);
    expect(seconds).toBeLessThan(process.cpuUsage().user);
  });

  verifies('M6', 'tell two destinations the same, also when they ask one right behind the other', async () => {
    await work(100);
    const [first, second] = [await readers[0].byName(), await readers[1].byName()];
    for (const name of ['nodejs.eventloop.delay.max', 'nodejs.eventloop.utilization', 'process.cpu.utilization']) {
      expect(valuesOf(first.get(name))).not.toEqual([]);
      expect([name, valuesOf(second.get(name))]).toEqual([name, valuesOf(first.get(name))]);
    }
  });

  verifies('M6', 'leave no observer and no callback behind', async () => {
    const disconnect = jest.spyOn(PerformanceObserver.prototype, 'disconnect');
    stop();
    expect(disconnect).toHaveBeenCalledTimes(1);
    disconnect.mockRestore();
    const metrics = await readers[0].byName();
    expect([...metrics.values()].flatMap(valuesOf)).toEqual([]);
  });
});

describe('the metrics of the runtime', () => {
  let otel: Otel | undefined;

  afterEach(() => otel?.shutdown());

  const replacement = (): OtelInstrumentation => ({
    instrumentationName: '@opentelemetry/instrumentation-runtime-node',
    setTracerProvider: () => {},
    setMeterProvider: () => {},
    enable: () => {},
    disable: () => {},
  });

  for (const [condition, options, isMeasured] of [
    ['by default', {}, true],
    ['not when they are unwanted', { runtimeMetrics: false }, false],
    ["not beside OpenTelemetry's instrumentation for them", { instrumentations: [replacement()] }, false],
  ] as const) {
    verifies('M6', `go out with the other metrics ${condition}`, async () => {
      const sink = await startOtlpSink();
      const destinations = [collector(sink.url, { signals: ['metrics'] })];
      otel = setupOtel({ handleSignals: false, outgoing: false, destinations, ...options });
      await otel.flush();
      expect(sink.metrics().some(({ name }) => name === 'process.uptime')).toBe(isMeasured);
      await otel.shutdown();
      await sink.close();
    });
  }

  verifies('M6', 'are not read where no metrics go', () => {
    const observe = jest.spyOn(PerformanceObserver.prototype, 'observe');
    otel = setupOtel({ handleSignals: false, outgoing: false, destinations: [collector(undefined, { signals: ['traces'] })] });
    expect(observe).not.toHaveBeenCalled();
    observe.mockRestore();
  });

  it.each([
    [{ runtimeMetrics: 'yes' }, 'option runtimeMetrics: "yes" is not allowed. Allowed: true or false.'],
    [{ logRecordProcessors: [{}] }, 'option logRecordProcessors: an array is not allowed.'],
  ])('are not set up by %j', (options, message) => {
    expect(() => setupOtel(options as object)).toThrow(message);
  });
});
