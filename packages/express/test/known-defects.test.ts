import { Readable } from 'node:stream';
import { SpanStatusCode } from '@opentelemetry/api';
import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { exceptionsOf, isServerSpan, send, sendAndLeave } from '@otelier/testkit/conformance';
import type { Express, NextFunction, Request, Response } from 'express';
import { expressBench, serve } from './bench.js';
import { EXPRESS_VERSIONS } from './express-versions.js';

class StockError extends Error {}

const fail = (): never => {
  throw new StockError('none left');
};

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

// What users of the instrumentations for node:http and for Express know from them, one test for each.
describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();

  function application(): Express {
    const app = express();
    app.set('env', 'test');
    app.use(otelMiddleware());
    return app;
  }

  verifies(['R1', 'R14', 'D2'], 'needs no instrumentation-http, and records inside Jest', async () => {
    const app = application();
    app.get('/users/:id', (_request, response) => void response.json({}));
    const { span } = await bench.ask(app, '/users/7');
    expect([span.name, span.instrumentationScope.name]).toEqual(['GET /users/:id', '@otelier/express']);
  });

  verifies('R2', 'keeps the route of a regular expression', async () => {
    const app = application();
    app.get(/^\/files\/(.+)\.txt$/, (_request, response) => void response.end());
    const { span } = await bench.ask(app, '/files/secret.txt');
    expect(span.attributes['http.route']).toBe(String.raw`^\/files\/(.+)\.txt$`);
  });

  verifies('R6', 'sees an error that a four-argument handler answers', async () => {
    const app = application();
    app.get('/users/:id', fail);
    app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      response.status(503).json({ sorry: true });
    });
    const { answer, span } = await bench.ask(app, '/users/7');
    expect([answer.status, answer.text]).toEqual([503, '{"sorry":true}']);
    expect(exceptionsOf(span).map((event) => event['exception.message'])).toEqual(['none left']);
  });

  verifies(['R5', 'R6'], 'gives a 5xx its exception event and the class of its error', async () => {
    const app = application();
    app.get('/users/:id', fail);
    const { span } = await bench.ask(app, '/users/7');
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 500, 'error.type': 'StockError' });
    expect(exceptionsOf(span)).toHaveLength(1);
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'none left' });
  });

  verifies(['R5'], 'does not mark a thrown 4xx as an error', async () => {
    const app = application();
    app.get('/users/:id', (_request, _response, next) => next(Object.assign(new StockError('gone'), { status: 410 })));
    const { answer, span } = await bench.ask(app, '/users/7');
    expect([answer.status, span.status.code, span.attributes['error.type']]).toEqual([410, SpanStatusCode.UNSET, undefined]);
  });

  verifies('R8', 'does not report a client that went away as a 200', async () => {
    const app = application();
    app.get('/users/:id', () => {});
    const running = await serve(app, bench.telemetry);
    await sendAndLeave(running.server, '/users/7', 'before-headers');
    const span = await bench.telemetry.span(isServerSpan);
    await running.server.close();
    expect(span.attributes['http.response.status_code']).toBeUndefined();
    expect(span.attributes['error.type']).toBe('client_disconnected');
  });

  verifies('R4', 'does not take forwarded headers from anybody', async () => {
    const app = application();
    app.get('/users/:id', (_request, response) => void response.end());
    const { span } = await bench.ask(app, '/users/7', {
      headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' },
    });
    expect(span.attributes).toMatchObject({
      'client.address': '127.0.0.1',
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
    });
  });

  verifies('R20', 'does not keep token= and password= of a query', async () => {
    const app = application();
    app.get('/users/:id', (_request, response) => void response.end());
    const { span } = await bench.ask(app, '/users/7?token=hunter2&password=hunter2&page=2');
    expect(span.attributes['url.query']).toBe('token=REDACTED&password=REDACTED&page=2');
  });

  verifies('R16', 'keeps the metric of a request that is ignored', async () => {
    const app = express();
    app.use(otelMiddleware({ ignore: ['/health'] }));
    app.get('/health', (_request, response) => void response.end());
    const running = await serve(app, bench.telemetry);
    await send(running.server, '/health');
    await running.server.close();
    expect(bench.telemetry.spans()).toEqual([]);
    const points = await bench.telemetry.metric('http.server.request.duration');
    expect(points.map(({ count }) => count)).toEqual([1]);
  });

  verifies('R7', 'ends the span of a stream at its last byte, not at its headers', async () => {
    const app = application();
    const endedBefore: number[] = [];
    app.get('/stream', (_request, response) => {
      const chunks = Readable.from(
        (async function* slow() {
          yield 'one ';
          await waitFor(() => response.headersSent);
          endedBefore.push(bench.telemetry.spans().length);
          yield 'two';
        })(),
      );
      chunks.pipe(response);
    });
    const { answer } = await bench.ask(app, '/stream');
    expect([answer.text, endedBefore]).toEqual(['one two', [0]]);
  });
});
