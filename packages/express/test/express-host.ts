import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { otelMiddleware } from '@otelier/express';
import { ENDPOINTS, runningHost, testKeyPair, type ConformanceHost, type Endpoint, type Exchange, type HostStart } from '@otelier/testkit/conformance';
import type { Express, NextFunction, Request, Response, Router } from 'express';
import multer from 'multer';
import type { ExpressLibrary } from './express-versions.js';

/** A conformance host on one version of Express. */
export function expressHost(name: string, express: ExpressLibrary): ConformanceHost {
  return {
    name,
    scope: '@otelier/express',
    // Express has no HTTP/2: its request and response are made of Node's classes for HTTP/1.
    transports: ['http1', 'https'],
    async start(how) {
      const { transport } = how;
      const app = createApp(express, how);
      const server: Server = transport === 'https' ? createSecureServer(testKeyPair(), app) : createServer(app);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return runningHost(server, () => new Promise((resolve) => server.close(resolve)), transport);
    },
  };
}

function createApp(express: ExpressLibrary, { observed, options }: HostStart): Express {
  const app = express();
  if (observed) {
    app.use(otelMiddleware(options));
  }
  app.use(express.json(), express.urlencoded({ extended: false }), multer().none());
  const mounts = new Map<string, Router>([['', app as unknown as Router]]);
  for (const endpoint of ENDPOINTS) {
    let router = mounts.get(endpoint.mount);
    if (router === undefined) {
      router = express.Router();
      mounts.set(endpoint.mount, router);
      app.use(endpoint.mount, router);
    }
    const method = endpoint.method.toLowerCase() as 'get' | 'post' | 'delete';
    router[method](endpoint.path, (request, response, next) => answer(endpoint, { request, response, next }));
  }
  app.use((error: { status?: number }, _request: Request, response: Response, _next: NextFunction) => {
    response.status(error.status ?? 500).json({ failed: true });
  });
  return app;
}

/** Version 4 knows nothing of promises: a rejection is passed on by hand, a synchronous throw is left to Express. */
function answer(
  endpoint: Endpoint,
  { request, response, next }: { request: Request; response: Response; next: NextFunction },
): void {
  const exchange: Exchange = {
    request,
    response,
    params: request.params as Record<string, string>,
    body: request.body as unknown,
    otel: request.otel,
  };
  const result = endpoint.handle(exchange);
  if (endpoint.kind === 'stream') {
    (result as NodeJS.ReadableStream).pipe(response);
    return;
  }
  void settle(result, next, (value) => endpoint.kind === 'value' && response.json(value));
}

async function settle(result: unknown, next: NextFunction, succeed: (value: unknown) => void): Promise<void> {
  try {
    succeed(await result);
  } catch (error) {
    next(error);
  }
}
