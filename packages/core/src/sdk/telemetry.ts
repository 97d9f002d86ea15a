import { CompositePropagator, W3CBaggagePropagator } from '@opentelemetry/core';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type MetricReader } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { TextMapPropagator } from '@opentelemetry/api';
import type { ResolvedDestination, ResolvedOptions } from '../options/resolved-options.js';
import { DeliveryReporter } from '../pipeline/delivery-reporter.js';
import { ReportingMetricExporter } from '../pipeline/reporting-metric-exporter.js';
import { SpanPipeline } from '../pipeline/span-pipeline.js';
import { TraceContextPropagator } from '../propagation/trace-context-propagator.js';
import { createMetricExporter, createSpanExporter, describeAddress } from './exporters.js';
import { SpanCounter } from './span-counter.js';

/** The way of the spans to one destination. */
export interface SpanRoute {
  readonly name: string;
  readonly address: string;
  readonly pipeline: SpanPipeline;
  readonly reporter: DeliveryReporter;
}

/** The parts of a running set-up, made but not yet registered anywhere. */
export interface Telemetry {
  readonly tracerProvider: NodeTracerProvider;
  readonly meterProvider: MeterProvider;
  readonly propagator: TextMapPropagator;
  readonly spanRoutes: readonly SpanRoute[];
  readonly counter: SpanCounter;
}

/** Makes all parts from settled options; nothing global is touched and nothing is sent. */
export function createTelemetry(options: ResolvedOptions): Telemetry {
  const resource = defaultResource().merge(resourceFromAttributes(options.resource));
  const spanRoutes = options.destinations.flatMap(createSpanRoute);
  const counter = new SpanCounter();
  return {
    tracerProvider: new NodeTracerProvider({
      resource,
      ...(options.sampler === undefined ? {} : { sampler: options.sampler }),
      spanProcessors: [counter, ...options.spanProcessors, ...spanRoutes.map((route) => route.pipeline)],
    }),
    meterProvider: new MeterProvider({
      resource,
      readers: [
        ...options.metricReaders,
        ...options.destinations.flatMap((to) => createMetricReader(to, options.metricIntervalMillis)),
      ],
    }),
    propagator: createPropagator(),
    spanRoutes,
    counter,
  };
}

/** W3C Trace Context and Baggage. */
export function createPropagator(): TextMapPropagator {
  return new CompositePropagator({ propagators: [new TraceContextPropagator(), new W3CBaggagePropagator()] });
}

function createSpanRoute(destination: ResolvedDestination): SpanRoute[] {
  if (destination.traces === undefined) {
    return [];
  }
  const address = describeAddress(destination.traces);
  const reporter = new DeliveryReporter(destination.name, address);
  const pipeline = new SpanPipeline(destination.name, createSpanExporter(destination.traces), reporter);
  return [{ name: destination.name, address, pipeline, reporter }];
}

function createMetricReader(destination: ResolvedDestination, intervalMillis: number): MetricReader[] {
  if (destination.metrics === undefined) {
    return [];
  }
  const reporter = new DeliveryReporter(destination.name, describeAddress(destination.metrics));
  const exporter = new ReportingMetricExporter(createMetricExporter(destination.metrics), reporter);
  return [
    new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: intervalMillis,
      exportTimeoutMillis: Math.min(intervalMillis, 30_000),
    }),
  ];
}
