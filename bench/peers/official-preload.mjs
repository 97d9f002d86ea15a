/**
 * The set-up that the OpenTelemetry documentation shows for a service in ES modules: NodeSDK with the instrumentations
 * of what the service uses, OTLP over http/protobuf, everything else by default.
 */
import { register } from 'node:module';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
const { NodeSDK } = await import('@opentelemetry/sdk-node');
const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
const { BatchSpanProcessor } = (await import('@opentelemetry/sdk-node')).tracing;
const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
const { ExpressInstrumentation } = await import('@opentelemetry/instrumentation-express');
const { NestInstrumentation } = await import('@opentelemetry/instrumentation-nestjs-core');
const { PgInstrumentation } = await import('@opentelemetry/instrumentation-pg');
const { FastifyOtelInstrumentation } = (await import('@fastify/otel')).default;

const spanProcessor = new BatchSpanProcessor(new OTLPTraceExporter());
const metricReader = process.env.BENCH_METRICS === 'no' ? undefined : await createMetricReader();
const sdk = new NodeSDK({
  spanProcessors: [spanProcessor],
  metricReaders: metricReader ? [metricReader] : [],
  instrumentations: [
    new HttpInstrumentation(),
    new ExpressInstrumentation(),
    new NestInstrumentation(),
    new PgInstrumentation(),
    new FastifyOtelInstrumentation({ registerOnInitialization: true }),
  ],
});
sdk.start();
globalThis.benchFlush = async () => {
  await spanProcessor.forceFlush();
  await metricReader?.forceFlush();
};

async function createMetricReader() {
  const { PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics');
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto');
  return new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() });
}
