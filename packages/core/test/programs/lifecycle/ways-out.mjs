// Work that has ended, and a way out of the process. Arguments: the kind of process, the way out; `bare` leaves Otelier out.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const [kind, way, bare] = isMainThread ? process.argv.slice(2) : workerData;
const file = fileURLToPath(import.meta.url);

/** What the parent does to a child that has done its work. */
const fromOutside = {
  'killed': (child) => child.kill('SIGTERM'),
  'killed at once': (child) => child.kill('SIGKILL'),
  'disconnected': (child) => child.disconnect(),
  'asked by a message': (child) => child.send('shutdown'),
  'terminated': (child) => child.terminate(),
};

/** What console.log() does in a thread keeps it alive. */
const say = (text) => writeSync(1, `${text}\n`);

const keepAlive = () => setInterval(() => {}, 1000);

const raise = (signal) => {
  const timer = keepAlive();
  process.kill(process.pid, signal);
  return timer;
};

/** What a process does itself. */
const ways = {
  'returns': () => {},
  'sets an exit code': () => {
    process.exitCode = 4;
  },
  'exits': () => process.exit(5),
  'exits in a handler': () => setImmediate(() => process.exit(5)),
  'exits in beforeExit': () => process.once('beforeExit', () => process.exit(5)),
  'listens to beforeExit': () => process.on('beforeExit', (code) => say(`beforeExit ${code}`)),
  'goes on in beforeExit': () => {
    let calls = 0;
    process.on('beforeExit', () => {
      say(`beforeExit ${(calls += 1)}`);
      if (calls < 3) {
        setTimeout(() => say('goes on'), 5);
      }
    });
  },
  'fails at a second beforeExit': () => {
    let calls = 0;
    process.on('beforeExit', () => {
      if ((calls += 1) === 2) {
        throw new Error('called once more');
      }
    });
  },
  'fails in beforeExit': () => process.on('beforeExit', () => {
    throw new Error('nobody catches this');
  }),
  'emits beforeExit by hand': () => {
    process.on('beforeExit', (code) => say(`beforeExit ${code}`));
    setTimeout(() => process.emit('beforeExit', 1), 5);
  },
  'listens with signal-exit gone': async () => {
    process.on('beforeExit', (code) => say(`beforeExit ${code}`));
    const { onExit } = await import('signal-exit');
    onExit(() => console.log('never called'))();
  },
  'exits in an exit listener': () => process.exit(5),
  'exits in a later exit listener': () => {
    process.on('exit', () => process.exit(6));
    process.exit(5);
  },
  'gets SIGTERM': () => raise('SIGTERM'),
  'gets SIGINT': () => raise('SIGINT'),
  'gets a signal, and exits': () => {
    process.on('SIGTERM', () => process.exit(7));
    raise('SIGTERM');
  },
  'gets a signal, and exits later': () => {
    process.on('SIGTERM', () => setTimeout(() => process.exit(7), 20));
    raise('SIGTERM');
  },
  'gets a signal, and does not mind': () => {
    process.on('SIGTERM', () => clearInterval(timer));
    const timer = raise('SIGTERM');
  },
  'throws': () => {
    throw new Error('nobody catches this');
  },
  'throws later': () =>
    setTimeout(() => {
      throw new TypeError('nobody catches this');
    }, 5),
  'throws what is no error': () => {
    throw { message: 'no error' };
  },
  'rejects': () => void Promise.reject(new Error('nobody catches this')),
  'throws, and goes on': () => {
    process.on('uncaughtException', (error, origin) => console.log(`handled ${origin}: ${error.message}`));
    setImmediate(() => console.log('goes on'));
    throw new Error('handled by the application');
  },
  'throws, and exits': () => {
    process.on('uncaughtException', () => process.exit(8));
    throw new Error('handled by the application');
  },
  'rejects, and goes on': () => {
    process.on('unhandledRejection', (error) => console.log(`handled ${error.message}`));
    void Promise.reject(new Error('handled by the application'));
  },
  'throws in a handler of errors': () => {
    process.on('uncaughtException', () => {
      throw new Error('thrown by the handler');
    });
    throw new Error('nobody catches this');
  },
};

const isChild = kind === 'main' || process.argv[5] === 'child' || cluster.isWorker || !isMainThread;
process.on('exit', (code) => console.log(`exit ${isChild ? 'of the process' : 'of the parent'} ${code}`));
if (isChild) {
  if (way === 'exits in an exit listener') {
    // Before the set-up: it is called before the listeners of Otelier that come behind it.
    process.on('exit', () => process.exit(6));
  }
  const work = bare === 'bare' ? async () => {} : (await import('./ended-work.mjs')).work;
  await work(way);
  if (way === 'throws in a handler of errors') {
    // Node's own frames beneath the program tell whether it has waited for anything.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (way in fromOutside) {
    waitForParent();
  } else {
    ways[way]();
  }
} else {
  const child = start();
  child.once('exit', (code, signal) => console.log(`child ended with ${signal ?? code}`));
  child.once('error', ({ message }) => console.log(`child failed with ${message}`));
  child.once('message', () => fromOutside[way](child));
}

function start() {
  switch (kind) {
    case 'fork':
      return fork(file, [kind, way, bare ?? 'traced', 'child']);
    case 'cluster':
      return cluster.fork();
    case 'thread':
      return new Worker(file, { workerData: [kind, way, bare] });
  }
}

function waitForParent() {
  if (!isMainThread) {
    keepAlive();
    parentPort.postMessage('ready');
    return;
  }
  process.on('message', (message) => {
    if (message === 'shutdown') {
      process.exit(0);
    }
  });
  process.send('ready');
}
