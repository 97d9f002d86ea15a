import type { TextMapPropagator } from '@opentelemetry/api';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { keepExemplars } from '../metrics/exemplar-source.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { createSampling } from '../sampling/create-sampling.js';
import { originalSpan } from '../sampling/kept-span.js';
import type { TraceKeeper } from '../sampling/trace-keeper.js';
import { GuardedSpanProcessor } from './guarded-hooks.js';
import { GuardedLogRecordProcessor } from './guarded-log-processor.js';
import { OpenSpans } from './open-spans.js';
import { createPropagator } from './propagators.js';
import { knownOfRequest } from './request-sampler.js';
import { RequestSpans } from './request-spans.js';
import { createExemplarSource, createLogRoute, createMetricRoute, createSpanRoute, type Route } from './routes.js';
import { createSampler } from './sampler.js';
import { SpanCounter } from './span-counter.js';

/** The parts of a running set-up, made but not yet registered anywhere. */
export interface Telemetry {
  readonly tracerProvider: NodeTracerProvider;
  readonly meterProvider: MeterProvider;
  readonly loggerProvider: LoggerProvider;
  readonly propagator: TextMapPropagator;
  /** The application's own and those of the destinations. */
  readonly spanProcessors: readonly SpanProcessor[];
  /** The ways of all signals to all destinations. */
  readonly routes: readonly Route[];
  readonly counter: SpanCounter;
  readonly openSpans: OpenSpans;
  /** Stands between the ended spans and the destinations; `undefined` where no end of a trace decides anything. */
  readonly traceKeeper: TraceKeeper | undefined;
}

/** Makes all parts from settled options; nothing global is touched and nothing is sent. */
export function createTelemetry(options: ResolvedOptions): Telemetry {
  const resource = defaultResource().merge(resourceFromAttributes(options.resource));
  const { destinations } = options;
  const spanRoutes = destinations.flatMap((destination) => createSpanRoute(destination, options.spanBatches));
  const logRoutes = destinations.flatMap((destination) => createLogRoute(destination, options.logBatches));
  const exemplars = createExemplarSource(options);
  const metricRoutes = destinations.flatMap((destination) =>
    createMetricRoute(destination, {
      intervalMillis: options.metricIntervalMillis,
      timeoutMillis: options.metricTimeoutMillis,
      exemplars,
    }),
  );
  const meterProvider = new MeterProvider({
    resource,
    readers: [...options.metricReaders, ...metricRoutes.map(({ reader }) => reader)],
  });
  if (exemplars !== undefined) {
    keepExemplars(meterProvider, exemplars);
  }
  const [counter, openSpans, requestSpans] = [new SpanCounter(), new OpenSpans(), new RequestSpans()];
  const isLeftOut = (span: object): boolean => requestSpans.isLeftOut(originalSpan(span));
  spanRoutes.forEach(({ pipeline }) => {
    pipeline.isLeftOut = isLeftOut;
  });
  const pipelines = spanRoutes.map(({ pipeline }) => pipeline);
  const around = { targets: pipelines, isLeftOut, knownWithin: knownOfRequest };
  const sampling = options.sampling && createSampling(options.sampling, around);
  const spanProcessors = [
    ...(sampling === undefined ? [] : [sampling.starts]),
    counter,
    openSpans,
    requestSpans,
    ...options.spanProcessors.map((processor) => new GuardedSpanProcessor(processor, isLeftOut)),
    ...(sampling === undefined ? pipelines : [sampling.keeper]),
  ];
  return {
    tracerProvider: new NodeTracerProvider({
      resource,
      sampler: createSampler(options.sampler, sampling),
      spanLimits: options.spanLimits,
      spanProcessors,
    }),
    meterProvider,
    loggerProvider: new LoggerProvider({
      resource,
      logRecordLimits: options.logRecordLimits,
      processors: [
        ...options.logRecordProcessors.map((processor) => new GuardedLogRecordProcessor(processor)),
        ...logRoutes.map(({ pipeline }) => pipeline),
      ],
    }),
    propagator: createPropagator(options.propagators),
    spanProcessors,
    routes: [...spanRoutes, ...metricRoutes, ...logRoutes],
    counter,
    openSpans,
    traceKeeper: sampling?.keeper,
  };
}
