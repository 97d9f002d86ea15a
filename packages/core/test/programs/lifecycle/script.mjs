// A program that is run once. Arguments: what its main function does; `bare` leaves Otelier out.
const [way, bare] = process.argv.slice(2);

const runScript =
  bare === 'bare' ? async (_name, main) => main({ setAttribute: () => {} }) : (await import('@otelier/core')).runScript;

class ImportError extends Error {
  name = 'ImportError';
}

const ways = {
  'returns': () => 42,
  'resolves': async (span) => {
    span.setAttribute('rows', 7);
    return 43;
  },
  'throws': () => {
    throw new ImportError('no such table');
  },
  'rejects': async () => {
    throw new ImportError('no such table');
  },
  'sets an exit code': async () => {
    process.exitCode = 4;
    return 44;
  },
  'exits': async () => {
    process.exit(5);
  },
  'exits with 0': async () => {
    process.exit(0);
  },
  'throws elsewhere': () => new Promise(() => setTimeout(() => {
    throw new ImportError('no such table');
  })),
  'gets SIGINT': () => new Promise(() => {
    setInterval(() => {}, 1000);
    process.kill(process.pid, 'SIGINT');
  }),
  'never ends': () => new Promise(() => {}),
};

const shutdownTimeoutMillis = Number(process.env['TEST_SHUTDOWN_TIMEOUT_MILLIS'] ?? 5000);
console.log(`result ${await runScript('import products', ways[way], { otel: { shutdownTimeoutMillis } })}`);
