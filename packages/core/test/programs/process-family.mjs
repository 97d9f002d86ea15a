// A primary with two workers, by cluster or by fork; each makes a span of its own.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { setupOtel, withSpan } from '@otelier/core';

const [kind, role = cluster.isPrimary ? 'primary' : 'worker'] = process.argv.slice(2);

setupOtel({ serviceName: 'lifecycle' });
withSpan(role, () => {});

if (role === 'worker') {
  if (kind === 'cluster') {
    createServer().listen(0, '127.0.0.1', () => process.send('ready'));
  } else {
    process.send('ready');
    process.disconnect();
  }
} else {
  const start = () => (kind === 'cluster' ? cluster.fork() : fork(fileURLToPath(import.meta.url), [kind, 'worker']));
  const workers = [start(), start()];
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  console.log(`ready ${workers.map((worker) => (worker.process ?? worker).pid).join(' ')}`);
}
