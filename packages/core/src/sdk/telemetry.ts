import { CompositePropagator, W3CBaggagePropagator } from '@opentelemetry/core';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type MetricReader } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { TextMapPropagator } from '@opentelemetry/api';
import type { ResolvedDestination, ResolvedOptions } from '../options/resolved-options.js';
import { DeliveryReporter } from '../pipeline/delivery-reporter.js';
import type { OtlpTransport } from '../pipeline/otlp-transport.js';
import { ReportingMetricExporter } from '../pipeline/reporting-metric-exporter.js';
import { SpanPipeline } from '../pipeline/span-pipeline.js';
import { TraceContextPropagator } from '../propagation/trace-context-propagator.js';
import { createMetricExporter, createSpanExporter, describeAddress } from './exporters.js';
import { GuardedSampler, GuardedSpanProcessor } from './guarded-hooks.js';
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
  const metricReaders = options.destinations.flatMap((destination) =>
    createMetricReader(destination, { requestRoutes, intervalMillis: options.metricIntervalMillis }),
  );
  const counter = new SpanCounter();
  const spanProcessors = [
    counter,
    ...options.spanProcessors.map((processor) => new GuardedSpanProcessor(processor)),
    ...spanRoutes.map((route) => route.pipeline),
  ];
  return {
    tracerProvider: new NodeTracerProvider({
      resource,
      ...(options.sampler === undefined ? {} : { sampler: new GuardedSampler(options.sampler) }),
      spanProcessors,
    }),
    meterProvider: new MeterProvider({ resource, readers: [...options.metricReaders, ...metricReaders] }),
    propagator: createPropagator(),
    spanProcessors,
    spanRoutes,
    requestRoutes,
    counter,
  };
}

/** W3C Trace Context and Baggage. */
export function createPropagator(): TextMapPropagator {
  return new CompositePropagator({ propagators: [new TraceContextPropagator(), new W3CBaggagePropagator()] });
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

function createMetricReader(
  destination: ResolvedDestination,
  { requestRoutes, intervalMillis }: { readonly requestRoutes: RequestRoute[]; readonly intervalMillis: number },
): MetricReader[] {
  if (destination.metrics === undefined) {
    return [];
  }
  const reporter = new DeliveryReporter(destination.name, describeAddress(destination.metrics));
  const { exporter, transport } = createMetricExporter(destination.metrics);
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
