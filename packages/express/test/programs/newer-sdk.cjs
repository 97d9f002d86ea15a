// An application with the 3.x line of the SDK, and the API that goes with it, beside otelMiddleware().
const { createRequire } = require('node:module');
const path = require('node:path');

const fromHost = createRequire(path.join(__dirname, '../../../testkit/hosts/sdk-3/package.json'));
const api = fromHost('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = fromHost('@opentelemetry/context-async-hooks');
const { W3CTraceContextPropagator } = fromHost('@opentelemetry/core');
const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = fromHost('@opentelemetry/sdk-trace');

const exporter = new InMemorySpanExporter();
api.trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
api.propagation.setGlobalPropagator(new W3CTraceContextPropagator());

class StockError extends Error {}

async function main() {
  const express = require('express');
  const { otelMiddleware } = require('@otelier/express');
  const { setupOtel, withSpan } = require('@otelier/core');
  const app = express();
  app.set('env', 'test');
  app.use(otelMiddleware());
  app.get('/users/:id', async (_request, response) => {
    response.json(await withSpan('load user', async () => ({ id: 7 })));
  });
  app.get('/fail', () => {
    throw new StockError('none left');
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  for (const target of ['/users/7', '/fail']) {
    await (await fetch(`http://127.0.0.1:${server.address().port}${target}`, { headers })).text();
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const { spans, destinations } = setupOtel().status();
  console.log(JSON.stringify({ setUp: { started: spans.started, destinations }, spans: exporter.getFinishedSpans().map(show) }));
}

function show(span) {
  return {
    name: span.name,
    kind: span.kind,
    traceId: span.spanContext().traceId,
    spanId: span.spanContext().spanId,
    parentId: span.parentSpanContext?.spanId,
    route: span.attributes['http.route'],
    errorType: span.attributes['error.type'],
    exceptions: span.events.map((event) => event.attributes?.['exception.message']),
  };
}

void main();
