// A service that crashes while it serves two requests. Argument: `handled` by the
// application, or `too late` for the span that began the work.
import { createServer, get } from 'node:http';
import { withSpan } from '@otelier/core';
import { observe } from '../observed-request.mjs';

const [handling] = process.argv.slice(2);
if (handling === 'handled') {
  process.on('uncaughtException', () => process.exit(9));
}

const server = createServer((request, response) => {
  observe(request, response, () => {
    if (request.url === '/waiting') {
      ask('/crashing');
    } else {
      void withSpan('outer work', async () => {
        // Is over when the error comes.
        withSpan('scheduling', () => {
          void withSpan('doomed work', doomed);
        });
        await new Promise(() => {});
      });
    }
  });
});
server.listen(0, '127.0.0.1', () => ask('/waiting'));

async function doomed() {
  setTimeout(() => {
    throw new RangeError('out of everything');
  }, 5);
  if (handling !== 'too late') {
    await new Promise(() => {});
  }
}

function ask(path) {
  get({ port: server.address().port, path, host: '127.0.0.1', agent: false }).on('error', () => {});
}
