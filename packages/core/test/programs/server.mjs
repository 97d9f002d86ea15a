// A web service. Arguments: how it handles SIGTERM and SIGINT; `bare` leaves Otelier out.
import { createServer } from 'node:http';

const [handling, bare] = process.argv.slice(2);

const handlers = {
  none: undefined,
  'closes the server': () => server.close(),
  'closes the server, then exits': () => server.close(() => process.exit(0)),
  'exits': () => process.exit(3),
  'ignores it once': () => {},
  'cleans up, then raises it again': (signal) => {
    setTimeout(() => process.kill(process.pid, signal), 50);
  },
};

if (handling === 'ignores it once') {
  // Before the set-up, and gone by the time that the listeners behind it are called.
  handleSignals('once');
}
const observe = bare === 'bare' ? (_request, _response, run) => run() : (await import('./observed-request.mjs')).observe;
if (handling.startsWith('signal-exit')) {
  const module = await import(handling);
  (module.onExit ?? module.default)((_code, signal) => console.log(`handled ${signal}`));
} else if (handlers[handling] !== undefined && handling !== 'ignores it once') {
  handleSignals(handling === 'cleans up, then raises it again' ? 'once' : 'on');
}

const server = createServer((request, response) => {
  observe(request, response, () => answer(request.url, response));
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));

function handleSignals(method) {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process[method](signal, () => {
      console.log(`handled ${signal}`);
      handlers[handling](signal);
    });
  }
}

function answer(path, response) {
  if (path === '/never') {
    console.log('begun');
  } else if (path === '/slow') {
    setTimeout(() => response.end('answered'), 400);
    console.log('begun');
  } else {
    response.end('answered');
  }
}
