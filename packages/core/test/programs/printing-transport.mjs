// Logs by a transport, in a thread of its own, that prints by console.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pino from 'pino';

const transport = pino.transport({ target: fileURLToPath(new URL('console-transport.mjs', import.meta.url)) });
pino(transport).info('once');
transport.end();
await once(transport, 'close');
