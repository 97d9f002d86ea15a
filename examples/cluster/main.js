import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import { serve } from './server.js';

if (cluster.isPrimary) {
  const count = Number(process.env['WORKERS'] ?? availableParallelism());
  for (const _ of Array(count).keys()) {
    cluster.fork();
  }
  cluster.on('online', (worker) => console.log(`worker ${worker.process.pid} is online`));
  // Each worker answers what it has begun and delivers its telemetry; the primary ends with the last of them.
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      for (const worker of Object.values(cluster.workers ?? {})) {
        worker.kill('SIGTERM');
      }
    });
  }
} else {
  const server = serve(Number(process.env['PORT'] ?? 3000));
  server.on('listening', () => console.log(`listening on http://localhost:${server.address().port}`));
  process.once('SIGTERM', () => {
    server.close(() => cluster.worker.disconnect());
    server.closeIdleConnections();
  });
}
