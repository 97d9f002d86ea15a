import { createServer, get, request as open } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, pipeline, Readable } from 'node:stream';
import { SpanStatusCode } from '@opentelemetry/api';
import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { exceptionsOf, send, serverSpan } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { expressBench, serve } from './bench.js';
import { EXPRESS_VERSIONS } from './express-versions.js';

class CutError extends Error {}

/** A stream that fails when its first bytes are on their way. */
function failing(): Readable {
  return Readable.from(
    (async function* chunks() {
      yield 'begun';
      await new Promise((resolve) => setImmediate(resolve));
      throw new CutError('cut');
    })(),
  );
}

/** How applications send streams, and break the answer off when one fails. */
const HANDLERS: Readonly<Record<string, RequestHandler>> = {
  'pipe() with a listener that destroys the response': (_request, response) =>
    void failing()
      .on('error', () => response.destroy())
      .pipe(response.status(201)),
  'pipe() with a listener that passes the error on': (_request, response, next) =>
    void failing().on('error', next).pipe(response.status(201)),
  'pipeline()': (_request, response) => void pipeline(failing(), response.status(201), () => {}),
  'pipeline() through another stream': (_request, response) =>
    void pipeline(failing(), new PassThrough(), response.status(201), () => {}),
};

describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();

  async function breakOff(handler: RequestHandler): Promise<ReadableSpan> {
    const app = express();
    app.set('env', 'test');
    app.use(otelMiddleware());
    app.get('/x', handler);
    const running = await serve(app, bench.telemetry);
    await expect(send(running.server, '/x')).rejects.toThrow(/aborted|hang up/);
    const span = await serverSpan(running);
    await running.server.close();
    return span;
  }

  for (const [title, handler] of Object.entries(HANDLERS)) {
    verifies(['R6', 'R8'], `records the error of a stream sent by ${title}`, async () => {
      const span = await breakOff(handler);
      expect(span.attributes).toMatchObject({ 'http.response.status_code': 201, 'error.type': 'CutError' });
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'cut' });
      expect(exceptionsOf(span)).toHaveLength(1);
    });
  }

  verifies(['R5', 'R6'], 'records the error of a stream once when a handler can still answer it', async () => {
    const app = express();
    app.use(otelMiddleware());
    app.get('/x', (_request, response, next) => {
      const source = new Readable({
        read() {
          this.destroy(new CutError('never begun'));
        },
      });
      source.on('error', next).pipe(response);
    });
    app.use((error: Error, _request: Request, response: Response, _next: NextFunction) => {
      response.status(502).json({ failed: error.message });
    });
    const { answer, span } = await bench.ask(app, '/x');
    expect([answer.status, answer.text]).toEqual([502, '{"failed":"never begun"}']);
    expect([span.attributes['error.type'], exceptionsOf(span).length]).toEqual(['CutError', 1]);
  });

  verifies(['R6', 'R8'], 'does not take an upstream server that breaks off for a client that went away', async () => {
    const upstream = createServer((_request, response) => {
      response.write('begun', () => response.destroy());
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const span = await breakOff((_request, response) => {
      get({ port: (upstream.address() as AddressInfo).port, host: '127.0.0.1', agent: false }, (source) => {
        source.on('error', () => response.destroy()).pipe(response);
      });
    });
    await new Promise((resolve) => upstream.close(resolve));
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes['error.type']).not.toBe('client_disconnected');
    expect(exceptionsOf(span).map((event) => event['exception.message'])).toEqual(['aborted']);
  });

  verifies('R8', 'blames nobody but the client for the body of a request that it stops sending', async () => {
    const app = express();
    app.set('env', 'test');
    app.use(otelMiddleware());
    app.post('/x', (request, response) => {
      request.on('error', () => {});
      request.pipe(response);
    });
    const running = await serve(app, bench.telemetry);
    const sending = open({ port: running.server.port, path: '/x', method: 'POST' });
    sending.on('error', () => {});
    sending.on('response', (response) => {
      response.on('error', () => {});
      response.once('data', () => sending.destroy());
    });
    sending.write('begun');
    const span = await serverSpan(running);
    await running.server.close();
    expect(span.attributes['error.type']).toBe('client_disconnected');
    expect([span.status.code, span.events]).toEqual([SpanStatusCode.UNSET, []]);
  });
});
