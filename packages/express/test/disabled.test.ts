import { hasSubscribers } from 'node:diagnostics_channel';
import { context, propagation } from '@opentelemetry/api';
import { setupOtel } from '@otelier/core';
import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import request from 'supertest';
import { EXPRESS_VERSIONS } from './express-versions.js';

const CHANNEL = 'tracing:express.router.request:start';

/** The router that an application has, as versions 4 and 5 name it. */
interface Routed {
  readonly _router?: { readonly stack: readonly object[] };
  readonly router: { readonly stack: readonly object[] };
}

describe.each(EXPRESS_VERSIONS)('%s when OpenTelemetry is disabled', (_name, express) => {
  verifies('P4', 'listens to no router and to no stream, and patches none', async () => {
    const otel = setupOtel({ disabled: true });
    const app = express();
    app.get('/early', (_request, response) => void response.json({}));
    const { _router: router = (app as unknown as Routed).router } = app as unknown as Routed;
    const layer = Object.getPrototypeOf(router.stack[0]) as object;
    const methods = Object.values(layer) as unknown[];
    // Of other test files in this process.
    const listened = hasSubscribers(CHANNEL);
    app.use(otelMiddleware());
    app.get('/users/:id', (_request, response) => void response.json({ pipes: response.listenerCount('pipe') }));
    await request(app).get('/users/7').expect(200, { pipes: 0 });
    expect(Object.values(layer)).toEqual(methods);
    expect(hasSubscribers(CHANNEL)).toBe(listened);
    await otel.shutdown();
  });

  verifies('P4', "propagates the caller's context", async () => {
    const otel = setupOtel({ disabled: true });
    const app = express();
    app.use(otelMiddleware());
    app.get('/users/:id', (_request, response) => {
      const carrier = {};
      propagation.inject(context.active(), carrier);
      response.json(carrier);
    });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { body } = await request(app).get('/users/7').set('traceparent', traceparent);
    expect(body).toEqual({ traceparent });
    await otel.shutdown();
  });
});
