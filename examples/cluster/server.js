import { otelMiddleware } from '@otelier/express';
import express from 'express';

/** Serves what tells which process has answered. */
export function serve(port) {
  const app = express();
  app.use(otelMiddleware());
  app.get('/processes/:name', (request, response) => {
    response.json({ name: request.params.name, pid: process.pid });
  });
  return app.listen(port, '127.0.0.1');
}
