// An application with an SDK and instrumentation-http of its own beside an adapter, in one order or the other.
const [order = 'instrumentation-first', name = 'express'] = process.argv.slice(2);
const { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-node');
const { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
const { metrics } = require('@opentelemetry/api');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');

const spanExporter = new InMemorySpanExporter();
const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const meterProvider = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 })],
});
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] }).register();
metrics.setGlobalMeterProvider(meterProvider);

function instrument() {
  registerInstrumentations({ instrumentations: [new HttpInstrumentation({ disableOutgoingRequestInstrumentation: true })] });
}

class StockError extends Error {}

async function main() {
  if (order === 'instrumentation-first') {
    instrument();
  }
  const http = require('node:http');
  const listen = name.startsWith('express') ? prepareExpress() : prepareFastify();
  if (order !== 'instrumentation-first') {
    instrument();
    // instrumentation-http patches what is required after it.
    require('node:http');
  }
  const server = await listen();
  for (const path of ['/api/acme/users/7', '/fail', '/secret']) {
    await get(http, server.address().port, path);
  }
  await new Promise((resolve) => server.close(resolve));
  await meterProvider.forceFlush();
  print();
}

function fail() {
  throw new StockError('none left');
}

function prepareExpress() {
  const express = require(name);
  const { otelMiddleware } = require('@otelier/express');
  const middleware = otelMiddleware();
  return async () => {
    const app = express();
    app.set('env', 'test');
    app.use(middleware);
    app.use('/api/:tenant', express.Router().get('/users/:id', (_request, response) => response.json({})));
    app.get('/fail', fail);
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return server;
  };
}

function prepareFastify() {
  const fastify = require('fastify');
  const { otelPlugin } = require('@otelier/fastify');
  return async () => {
    const app = fastify();
    await app.register(otelPlugin);
    app.register(async (scope) => scope.get('/users/:id', async () => ({})), { prefix: '/api/:tenant' });
    app.get('/fail', fail);
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  };
}

function get(http, port, path) {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume().on('close', resolve);
    });
    request.on('error', reject);
  });
}

function print() {
  const spans = spanExporter.getFinishedSpans().map((span) => ({
    name: span.name,
    kind: span.kind,
    scope: span.instrumentationScope.name,
    status: span.status,
    attributes: span.attributes,
    exceptions: span.events.map((event) => event.attributes?.['exception.message']),
  }));
  const measured = metricExporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
  const durations = measured.flatMap(({ scope, metrics: all }) =>
    all
      .filter(({ descriptor }) => descriptor.name.endsWith('duration'))
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({ scope: scope.name, name: descriptor.name, count: value.count, attributes })),
      ),
  );
  console.log(JSON.stringify({ spans, durations }));
}

void main();
