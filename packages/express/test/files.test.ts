import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { expressBench } from './bench.js';
import { EXPRESS_VERSIONS } from './express-versions.js';

const FILE = join(__dirname, 'routes.test.ts');

describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();

  verifies('R7', 'ends the span of sendFile() when the file is sent', async () => {
    const app = express();
    let finished = false;
    app.use(otelMiddleware());
    app.get('/files/:name', (_request, response) => {
      response.once('finish', () => {
        finished = true;
      });
      response.sendFile(FILE);
    });
    const { answer, span } = await bench.ask(app, '/files/routes');
    expect(answer.text).toBe(readFileSync(FILE, 'utf8'));
    expect(finished).toBe(true);
    expect([span.name, span.attributes['http.response.status_code']]).toEqual(['GET /files/:name', 200]);
  });

  verifies(['R1', 'R7'], 'gives no route to files of express.static()', async () => {
    const app = express();
    app.use(otelMiddleware());
    app.use('/static', express.static(__dirname));
    const { answer, span } = await bench.ask(app, '/static/routes.test.ts');
    expect([answer.status, span.name, span.attributes['http.route']]).toEqual([200, 'GET', undefined]);
  });
});
