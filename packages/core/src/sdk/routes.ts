import type { MetricReader } from '@opentelemetry/sdk-metrics';
import type { Signal } from '../destinations/destination.js';
import { ExemplarSource } from '../metrics/exemplar-source.js';
import type {
  ResolvedBatchLimits,
  ResolvedDestination,
  ResolvedOptions,
  ResolvedSignal,
} from '../options/resolved-options.js';
import type { BatchTarget } from '../pipeline/batch-delivery.js';
import type { DeliveryCounts } from '../pipeline/delivery-counts.js';
import { DeliveryReporter } from '../pipeline/delivery-reporter.js';
import { LogPipeline } from '../pipeline/log-pipeline.js';
import type { OtlpTransport } from '../pipeline/otlp-transport.js';
import { ReportingMetricExporter } from '../pipeline/reporting-metric-exporter.js';
import { SpanPipeline } from '../pipeline/span-pipeline.js';
import { logLimits, printBeforeTrees, printOpenTraces, spanLimits } from './console.js';
import { createLogQueue, createMetricExporter, createSpanQueue, describeAddress } from './exporters.js';
import { FinalMetricReader } from './final-metric-reader.js';

/** The way of one signal to one destination. */
export interface Route {
  /** The destination's. */
  readonly name: string;
  readonly signal: Signal;
  readonly address: string;
  readonly counts: DeliveryCounts;
  readonly reporter: DeliveryReporter;
  /** The console has none. */
  readonly transport: OtlpTransport | undefined;
  /** Gives everything that waits to the transport at once. */
  handOver(): void;
}

/** A way with what the provider of its signal is given. */
export type RouteOf<K extends string, Part> = Route & Readonly<Record<K, Part>>;

/** The way of the spans to a destination; none where it takes none. */
export function createSpanRoute(
  destination: ResolvedDestination,
  limits: ResolvedBatchLimits,
): RouteOf<'pipeline', SpanPipeline>[] {
  const { traces } = destination;
  if (traces === undefined) {
    return [];
  }
  const settled = spanLimits(traces, limits);
  const { waiting, transport } = createSpanQueue(traces, settled);
  const way = describeRoute(destination, { signal: 'traces', settled: traces, transport });
  const pipeline = new SpanPipeline({ ...targetOf(way), waiting, limits: settled });
  return [throughPipeline(way, traces, pipeline)];
}

/** The way of the log records to a destination; none where it takes none. */
export function createLogRoute(
  destination: ResolvedDestination,
  limits: ResolvedBatchLimits,
): RouteOf<'pipeline', LogPipeline>[] {
  const { logs } = destination;
  if (logs === undefined) {
    return [];
  }
  const settled = logLimits(logs, limits);
  const { waiting, transport } = createLogQueue(logs, settled);
  const way = describeRoute(destination, { signal: 'logs', settled: logs, transport });
  const pipeline = new LogPipeline({ ...targetOf(way), waiting, limits: settled });
  printBeforeTrees(logs, pipeline);
  return [throughPipeline(way, logs, pipeline)];
}

function throughPipeline<P extends SpanPipeline | LogPipeline>(
  way: RouteDescription,
  signal: ResolvedSignal,
  pipeline: P,
): RouteOf<'pipeline', P> {
  const handOver = (): void => {
    pipeline.handOver();
    printOpenTraces(signal);
  };
  return { ...way, counts: pipeline.counts, pipeline, handOver };
}

/** What the way of the metrics needs to know. */
export interface MetricRouteOptions {
  readonly intervalMillis: number;
  readonly timeoutMillis: number;
  readonly exemplars: ExemplarSource | undefined;
}

/** The way of the metrics to a destination; none where it takes none. */
export function createMetricRoute(
  destination: ResolvedDestination,
  { intervalMillis, timeoutMillis, exemplars }: MetricRouteOptions,
): RouteOf<'reader', MetricReader>[] {
  const { metrics } = destination;
  if (metrics === undefined) {
    return [];
  }
  const { exporter, transport } = createMetricExporter(metrics, { ...destination.metricOptions, timeoutMillis, exemplars });
  const way = describeRoute(destination, { signal: 'metrics', settled: metrics, transport });
  const reporting = new ReportingMetricExporter(exporter, way.reporter, way.orVain);
  const reader = new FinalMetricReader(reporting, {
    exportIntervalMillis: intervalMillis,
    exportTimeoutMillis: Math.min(intervalMillis, timeoutMillis),
  });
  return [{ ...way, counts: reporting.counts, reader, handOver: () => reader.exportNow() }];
}

/** Exemplars go out over OTLP alone: without such a destination none are kept. */
export function createExemplarSource({ exemplarFilter, destinations }: ResolvedOptions): ExemplarSource | undefined {
  const isWanted = exemplarFilter !== 'always_off' && destinations.some(({ metrics }) => metrics?.kind === 'otlp');
  return isWanted ? new ExemplarSource(exemplarFilter) : undefined;
}

interface SettledRoute {
  readonly signal: Signal;
  readonly settled: ResolvedSignal;
  readonly transport: OtlpTransport | undefined;
}

/** What is known of a way before anything goes on it. */
type RouteDescription = Omit<Route, 'counts' | 'handOver'> & Pick<BatchTarget<unknown>, 'orVain'>;

function describeRoute(
  { name, refusalAdvice }: ResolvedDestination,
  { signal, settled, transport }: SettledRoute,
): RouteDescription {
  const address = describeAddress(settled);
  const reporter = new DeliveryReporter(name, address, refusalAdvice);
  if (transport !== undefined) {
    transport.onUnreachable = (error) => reporter.unreachable(error);
  }
  const orVain = transport && ((work: Promise<void>): Promise<void> => transport.orVain(work));
  return { name, signal, address, reporter, transport, orVain };
}

function targetOf({ name, address, reporter, orVain }: RouteDescription): Pick<BatchTarget<unknown>, 'name' | 'reporter' | 'orVain'> {
  return { name: `${name} (${address})`, reporter, orVain };
}
