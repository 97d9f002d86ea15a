import { setupOtel, type Otel, type OtelOptions } from '@otelier/core';
import {
  AggregationTemporality,
  DataPointType,
  InstrumentType,
  MetricReader,
  type DataPoint,
  type Histogram,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { setTimeout as wait } from 'node:timers/promises';

/** One measured series: its attributes and its value since the last look (up-down counters: its value now). */
export interface MeasuredPoint {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly count: number;
  readonly sum: number;
  readonly boundaries: readonly number[];
}

/** What the specification collects as it stands, also where everything else is collected as differences. */
const UP_DOWN = new Set([InstrumentType.UP_DOWN_COUNTER, InstrumentType.OBSERVABLE_UP_DOWN_COUNTER]);

/** A set-up whose telemetry stays in memory. */
export class TelemetryProbe {
  readonly otel: Otel;
  private readonly exporter = new InMemorySpanExporter();
  private readonly reader = new ProbeReader({
    aggregationTemporalitySelector: (type) =>
      UP_DOWN.has(type) ? AggregationTemporality.CUMULATIVE : AggregationTemporality.DELTA,
  });

  constructor(options: OtelOptions = {}) {
    this.otel = setupOtel({
      serviceName: 'conformance',
      destinations: [],
      spanProcessors: [new SimpleSpanProcessor(this.exporter)],
      metricReaders: [this.reader],
      handleSignals: false,
      // The clients of the tests run in the same process.
      outgoing: false,
      ...options,
    });
  }

  /** Every span that has ended since the last {@link clear}. */
  spans(): readonly ReadableSpan[] {
    return this.exporter.getFinishedSpans();
  }

  /** Waits until some spans are there; the error shows what has ended. */
  async waitFor(what: (spans: readonly ReadableSpan[]) => boolean, timeoutMillis = 5000): Promise<readonly ReadableSpan[]> {
    const deadline = Date.now() + timeoutMillis;
    while (!what(this.spans())) {
      if (Date.now() > deadline) {
        throw new Error(`the spans did not come; ended are: ${this.spans().map((span) => span.name).join(', ') || 'none'}`);
      }
      await wait(5);
    }
    return this.spans();
  }

  /** Waits for one span and returns it. */
  async span(match: (span: ReadableSpan) => boolean): Promise<ReadableSpan> {
    const spans = await this.waitFor((all) => all.some(match));
    return spans.find(match) as ReadableSpan;
  }

  /** The series of a metric. */
  async metric(name: string): Promise<readonly MeasuredPoint[]> {
    const { resourceMetrics } = await this.reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const metric = metrics.find((candidate) => candidate.descriptor.name === name);
    if (metric === undefined) {
      return [];
    }
    return metric.dataPointType === DataPointType.HISTOGRAM
      ? metric.dataPoints.map(histogramPoint)
      : (metric.dataPoints as DataPoint<number>[]).map(({ attributes, value }) => ({
          attributes,
          count: 1,
          sum: value,
          boundaries: [],
        }));
  }

  /** Waits until a number of requests is active. */
  async waitForActive(count: number, timeoutMillis = 5000): Promise<void> {
    const deadline = Date.now() + timeoutMillis;
    for (;;) {
      const points = await this.metric('http.server.active_requests');
      const active = points.reduce((sum, point) => sum + point.sum, 0);
      if (active === count) {
        return;
      }
      if (Date.now() > deadline) {
        throw new Error(`${active} requests are active, not ${count}`);
      }
      await wait(5);
    }
  }

  /** Forgets what has ended so far. */
  async clear(): Promise<void> {
    this.exporter.reset();
    await this.reader.collect();
  }
}

class ProbeReader extends MetricReader {
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}

function histogramPoint({ attributes, value }: DataPoint<Histogram>): MeasuredPoint {
  return { attributes, count: value.count, sum: value.sum ?? 0, boundaries: value.buckets.boundaries };
}
