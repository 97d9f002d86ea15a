import { join } from 'node:path';
import { setupOtel } from '@otelier/core';
import { otelErrorMiddleware, otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { exceptionsOf } from '@otelier/testkit/conformance';
import type { Express, NextFunction, Request, Response } from 'express';
import request from 'supertest';
import { expressBench } from './bench.js';
import { EXPRESS_VERSIONS, type ExpressLibrary } from './express-versions.js';

class ViewError extends Error {}

/** Applications without an error handler, where an error reaches Express past every handler. */
const CASES: Readonly<Record<string, (app: Express, express: ExpressLibrary) => void>> = {
  'response.render()': (app) => app.get('/users/:id', render),
  'response.render() in a router': (app, express) => app.use('/users', express.Router().get('/:id', render)),
  'response.render() in a mounted application'(app, express) {
    const inner = withViews(express());
    inner.get('/:id', render);
    app.use('/users', inner);
  },
};

function render(_request: Request, response: Response): void {
  response.render('bench');
}

/** Views whose rendering fails later, when no handler runs. */
function withViews(app: Express): Express {
  app.set('env', 'test');
  app.set('views', __dirname);
  app.set('view engine', 'ts');
  app.engine('ts', (_path, _options, done) => {
    setImmediate(() => (done as (error: unknown) => void)(new ViewError('no view')));
  });
  return app;
}

interface Stacked {
  readonly _router?: { readonly stack: readonly { readonly name: string }[] };
  readonly router: { readonly stack: readonly { readonly name: string }[] };
}

function layerNames(app: Express): readonly string[] {
  const { _router: router = (app as unknown as Stacked).router } = app as unknown as Stacked;
  return router.stack.map((layer) => layer.name);
}

describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();

  for (const [title, build] of Object.entries(CASES)) {
    verifies(['R5', 'R6'], `sees an error of ${title} that no handler answers`, async () => {
      const app = withViews(express());
      app.use(otelMiddleware());
      build(app, express);
      const { answer, span } = await bench.ask(app, '/users/7');
      expect([answer.status, span.name]).toEqual([500, 'GET /users/:id']);
      expect(span.attributes['error.type']).toBe('ViewError');
      expect(exceptionsOf(span).map((event) => event['exception.message'])).toEqual(['no view']);
    });
  }

  verifies(['R5', 'R6'], 'sees an error of response.render() that an error handler answers', async () => {
    const app = withViews(express());
    app.use(otelMiddleware());
    app.get('/users/:id', render);
    app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      response.status(503).end();
    });
    const { answer, span } = await bench.ask(app, '/users/7');
    expect([answer.status, span.attributes['error.type'], exceptionsOf(span).length]).toEqual([503, 'ViewError', 1]);
  });

  verifies(['R5', 'R6'], 'sees an error of app.param() that no handler answers', async () => {
    const app = withViews(express());
    app.use(otelMiddleware());
    app.param('id', (_request, _response, next) => next(new ViewError('no id')));
    app.get('/users/:id', () => {});
    const { answer, span } = await bench.ask(app, '/users/7');
    expect([answer.status, span.attributes['error.type']]).toEqual([500, 'ViewError']);
    expect(exceptionsOf(span)).toHaveLength(1);
    expect(span.attributes['http.route']).toBe('/users/:id');
  });

  verifies(['R6', 'R15'], 'puts one error handler behind an application, however many requests come', async () => {
    const app = withViews(express());
    app.use(otelMiddleware());
    app.get('/users/:id', render);
    const before = layerNames(app);
    for (let round = 0; round < 3; round += 1) {
      await request(app).get('/users/7').expect(500);
    }
    expect(layerNames(app)).toEqual([...before, 'otelError']);
  });

  verifies(['R6'], 'sees with otelErrorMiddleware() what routes that are added later leave unanswered', async () => {
    const app = withViews(express());
    app.use(otelMiddleware());
    await request(app).get('/nothing').expect(404);
    await bench.telemetry.clear();
    app.get('/users/:id', render);
    app.use(otelErrorMiddleware());
    const { span } = await bench.ask(app, '/users/7');
    expect([span.attributes['error.type'], exceptionsOf(span).length]).toEqual(['ViewError', 1]);
  });

  verifies('R6', "leaves Express's own answer to an error as it is", async () => {
    const [plain, observed] = [withViews(express()), withViews(express())];
    observed.use(otelMiddleware());
    for (const app of [plain, observed]) {
      app.get('/files/:name', (_request, response) => response.sendFile(join(__dirname, 'missing.txt')));
    }
    const [expected, given] = [await request(plain).get('/files/7'), await request(observed).get('/files/7')];
    expect([given.status, given.headers['content-type'], given.text]).toEqual([
      expected.status,
      expected.headers['content-type'],
      expected.text,
    ]);
  });
});

verifies('P4', 'puts no error handler behind an application when OpenTelemetry is disabled', async () => {
  const otel = setupOtel({ disabled: true });
  for (const [, express] of EXPRESS_VERSIONS) {
    const app = withViews(express());
    app.use(otelMiddleware());
    app.get('/users/:id', (_request, response) => void response.json({}));
    await request(app).get('/users/7').expect(200);
    expect(layerNames(app)).not.toContain('otelError');
  }
  await otel.shutdown();
});
