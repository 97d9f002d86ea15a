import type { Server } from 'node:http';
import { otelMiddleware } from '@otelier/express';
import { ENDPOINTS, runningHost, type ConformanceHost, type Endpoint, type Exchange } from '@otelier/testkit/conformance';
import type { Express, NextFunction, Request, Response, Router } from 'express';
import multer from 'multer';
import type { ExpressLibrary } from './express-versions.js';

/** A conformance host on one version of Express. */
export function expressHost(name: string, express: ExpressLibrary): ConformanceHost {
  return {
    name,
    scope: '@otelier/express',
    async start() {
      const app = createApp(express);
      const server = await new Promise<Server>((resolve) => {
        const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
      });
      return runningHost(server, () => new Promise((resolve) => server.close(resolve)));
    },
  };
}

function createApp(express: ExpressLibrary): Express {
  const app = express();
  app.use(otelMiddleware());
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
