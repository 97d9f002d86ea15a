import { CompositePropagator } from '@opentelemetry/core';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type MetricReader } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { TextMapPropagator } from '@opentelemetry/api';
import { ExemplarSource, keepExemplars } from '../metrics/exemplar-source.js';
import type { ResolvedDestination, ResolvedOptions } from '../options/resolved-options.js';
import { DeliveryReporter } from '../pipeline/delivery-reporter.js';
import type { OtlpTransport } from '../pipeline/otlp-transport.js';
import { ReportingMetricExporter } from '../pipeline/reporting-metric-exporter.js';
import { SpanPipeline } from '../pipeline/span-pipeline.js';
import { BaggagePropagator } from '../propagation/baggage-propagator.js';
import { TraceContextPropagator } from '../propagation/trace-context-propagator.js';
import { createMetricExporter, createSpanExporter, describeAddress } from './exporters.js';
import { GuardedSpanProcessor } from './guarded-hooks.js';
import { RequestSpans } from './request-spans.js';
import { createSampler } from './sampler.js';
import { SpanCounter } from './span-counter.js';

/** The way of the spans to one destination. */
export interface SpanRoute {
  readonly name: string;
  readonly address: string;
  readonly pipeline: SpanPipeline;
  readonly reporter: DeliveryReporter;
}

/** The way of the requests of one signal to one destination. */
export interface RequestRoute {
  readonly transport: OtlpTransport;
  readonly reporter: DeliveryReporter;
}

/** The parts of a running set-up, made but not yet registered anywhere. */
export interface Telemetry {
  readonly tracerProvider: NodeTracerProvider;
  readonly meterProvider: MeterProvider;
  readonly propagator: TextMapPropagator;
  /** The application's own and those of the destinations. */
  readonly spanProcessors: readonly SpanProcessor[];
  readonly spanRoutes: readonly SpanRoute[];
  /** For traces and metrics; the console has none. */
  readonly requestRoutes: readonly RequestRoute[];
  readonly counter: SpanCounter;
}

/** Makes all parts from settled options; nothing global is touched and nothing is sent. */
export function createTelemetry(options: ResolvedOptions): Telemetry {
  const resource = defaultResource().merge(resourceFromAttributes(options.resource));
  const requestRoutes: RequestRoute[] = [];
  const spanRoutes = options.destinations.flatMap((destination) => createSpanRoute(destination, requestRoutes));
  const exemplars = createExemplarSource(options);
  const metricReaders = options.destinations.flatMap((destination) =>
    createMetricReader(destination, { requestRoutes, intervalMillis: options.metricIntervalMillis, exemplars }),
  );
  const meterProvider = new MeterProvider({ resource, readers: [...options.metricReaders, ...metricReaders] });
  if (exemplars !== undefined) {
    keepExemplars(meterProvider, exemplars);
  }
  const counter = new SpanCounter();
  const requestSpans = new RequestSpans();
  const isLeftOut = (span: object): boolean => requestSpans.isLeftOut(span);
  spanRoutes.forEach(({ pipeline }) => {
    pipeline.isLeftOut = isLeftOut;
  });
  const spanProcessors = [
    counter,
    requestSpans,
    ...options.spanProcessors.map((processor) => new GuardedSpanProcessor(processor, isLeftOut)),
    ...spanRoutes.map((route) => route.pipeline),
  ];
  return {
    tracerProvider: new NodeTracerProvider({
      resource,
      sampler: createSampler(options.sampler),
      spanProcessors,
    }),
    meterProvider,
    propagator: createPropagator(),
    spanProcessors,
    spanRoutes,
    requestRoutes,
    counter,
  };
}

/** W3C Trace Context and Baggage. */
export function createPropagator(): TextMapPropagator {
  return new CompositePropagator({ propagators: [new TraceContextPropagator(), new BaggagePropagator()] });
}

function createSpanRoute(destination: ResolvedDestination, requestRoutes: RequestRoute[]): SpanRoute[] {
  if (destination.traces === undefined) {
    return [];
  }
  const address = describeAddress(destination.traces);
  const reporter = new DeliveryReporter(destination.name, address);
  const { exporter, transport } = createSpanExporter(destination.traces);
  if (transport !== undefined) {
    requestRoutes.push(connect(transport, reporter));
  }
  const pipeline = new SpanPipeline(`${destination.name} (${address})`, exporter, reporter);
  return [{ name: destination.name, address, pipeline, reporter }];
}

/** Exemplars go out over OTLP alone: without such a destination none are kept. */
function createExemplarSource({ exemplarFilter, destinations }: ResolvedOptions): ExemplarSource | undefined {
  const isWanted = exemplarFilter !== 'always_off' && destinations.some(({ metrics }) => metrics?.kind === 'otlp');
  return isWanted ? new ExemplarSource(exemplarFilter) : undefined;
}

interface MetricRouteParts {
  readonly requestRoutes: RequestRoute[];
  readonly intervalMillis: number;
  readonly exemplars: ExemplarSource | undefined;
}

function createMetricReader(
  destination: ResolvedDestination,
  { requestRoutes, intervalMillis, exemplars }: MetricRouteParts,
): MetricReader[] {
  if (destination.metrics === undefined) {
    return [];
  }
  const reporter = new DeliveryReporter(destination.name, describeAddress(destination.metrics));
  const { exporter, transport } = createMetricExporter(destination.metrics, exemplars);
  if (transport !== undefined) {
    requestRoutes.push(connect(transport, reporter));
  }
  return [
    new PeriodicExportingMetricReader({
      exporter: new ReportingMetricExporter(exporter, reporter),
      exportIntervalMillis: intervalMillis,
      exportTimeoutMillis: Math.min(intervalMillis, 30_000),
    }),
  ];
}

function connect(transport: OtlpTransport, reporter: DeliveryReporter): RequestRoute {
  transport.onUnreachable = (error) => reporter.unreachable(error);
  return { transport, reporter };
}
