import { parentPort } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

// In a thread of its own: PGlite computes where it is called, and the demo has spans to receive meanwhile.
const db = await PGlite.create();
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: 10 });
await server.start();
parentPort?.postMessage(`postgres://postgres@${server.getServerConn()}/postgres`);
