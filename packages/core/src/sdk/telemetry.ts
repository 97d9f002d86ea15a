import type { TextMapPropagator } from '@opentelemetry/api';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import type { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { lazily } from '../lazily.js';
import { keepExemplars } from '../metrics/instrument-exemplars.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import type * as CreateSampling from '../sampling/create-sampling.js';
import { originalSpan } from '../sampling/kept-span.js';
import type { TraceKeeper } from '../sampling/trace-keeper.js';
import type { SpanCounts } from '../spans/span-origin.js';
import { requestOfSpan } from '../spans/span-surroundings.js';
import { SpanTracerProvider } from '../spans/tracer-provider.js';
import type { RequestScope } from '../tracing/request-scope.js';
import { GuardedSpanProcessor } from './guarded-hooks.js';
import { GuardedLogRecordProcessor } from './guarded-log-processor.js';
import { createMeterProvider } from './meter-provider.js';
import { createPropagator } from './propagators.js';
import { knownOfRequest } from './request-sampler.js';
import { createExemplarSource, createLogRoute, createMetricRoute, createSpanRoute, type Route } from './routes.js';
import { createSampler } from './sampler.js';

const ownSampling = lazily(() => require('../sampling/create-sampling.js') as typeof CreateSampling);

/** The parts of a running set-up, made but not yet registered anywhere. */
export interface Telemetry {
  readonly tracerProvider: SpanTracerProvider;
  readonly meterProvider: MeterProvider;
  readonly loggerProvider: LoggerProvider;
  readonly propagator: TextMapPropagator;
  /** The application's own and those of the destinations. */
  readonly spanProcessors: readonly SpanProcessor[];
  /** The ways of all signals to all destinations. */
  readonly routes: readonly Route[];
  readonly counter: SpanCounts;
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
  const meterProvider = createMeterProvider(resource, [...options.metricReaders, ...metricRoutes.map(({ reader }) => reader)]);
  if (exemplars !== undefined) {
    keepExemplars(meterProvider, exemplars);
  }
  const requestOf = (span: object): RequestScope | undefined => requestOfSpan(originalSpan(span));
  const isLeftOut = (span: object): boolean => requestOf(span)?.ignored === true;
  spanRoutes.forEach(({ pipeline }) => {
    pipeline.requestOf = requestOf;
  });
  const pipelines = spanRoutes.map(({ pipeline }) => pipeline);
  const around = { targets: pipelines, isLeftOut, knownWithin: knownOfRequest };
  const sampling = options.sampling && ownSampling().createSampling(options.sampling, around);
  const ownProcessors = options.spanProcessors.map((processor) => new GuardedSpanProcessor(processor, isLeftOut));
  const targets = sampling === undefined ? pipelines : [sampling.keeper];
  const sampler = createSampler(options.sampler, sampling);
  const tracerProvider = new SpanTracerProvider({
    resource,
    sampler,
    readsAttributes: sampler.readsAttributes,
    limits: options.spanLimits,
    spanProcessors: [...ownProcessors, ...targets],
    listeners: {
      onStart: [...(sampling === undefined ? [] : [sampling.starts.onStart]), ...ownProcessors.map(({ onStart }) => onStart)],
      onEnding: ownProcessors.map(({ onEnding }) => onEnding),
      onEnd: [...ownProcessors.map(({ onEnd }) => onEnd), ...targets.map((target) => (span: ReadableSpan) => target.onEnd(span))],
    },
  });
  return {
    tracerProvider,
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
    spanProcessors: [...ownProcessors, ...targets],
    routes: [...spanRoutes, ...metricRoutes, ...logRoutes],
    counter: tracerProvider.counts,
    traceKeeper: sampling?.keeper,
  };
}
