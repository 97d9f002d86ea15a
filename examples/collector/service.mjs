import { collector, setupOtel } from '@otelier/core';
import { otelMiddleware } from '@otelier/express';
import express from 'express';

// Where the Collector is: OTEL_EXPORTER_OTLP_ENDPOINT, by default http://localhost:4318. Every span is sent to it; it
// decides what is kept.
setupOtel({ destinations: [collector(undefined, { compression: 'gzip' })] });

const app = express();
app.use(otelMiddleware());

app.get('/fast', (_request, response) => {
  response.json({ ok: true });
});

app.get('/slow', (_request, response) => {
  setTimeout(() => response.json({ ok: true }), 1200);
});

app.get('/broken', () => {
  throw new Error('this is what is always kept');
});

const server = app.listen(Number(process.env['PORT'] ?? 3000), () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
