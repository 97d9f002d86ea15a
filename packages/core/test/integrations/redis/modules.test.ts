import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, startOtlpSink, testRedis, verifies, type OtlpSink } from '@otelier/testkit';
import { build } from 'esbuild';
import { startProcess } from '../../test-process';

const DRIVERS = ['ioredis', 'ioredis-5', 'ioredis-4', 'redis', 'redis-5', 'redis-4'];
const ORDERS = ['driver first', 'set-up first', 'within the first request'];
const PROGRAMS = [
  { format: 'ES modules', file: 'redis-commands.mjs' },
  { format: 'CommonJS', file: 'redis-commands.cjs' },
];

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

/** Runs a program and returns the names of the spans beneath one of its requests. */
async function spansBeneath(request: string, program: string, args: string[] = []): Promise<string[]> {
  const { url } = await testRedis();
  // Older drivers parse URLs by a function that newer versions of Node warn of.
  const env = { TEST_DATABASE_URL: url, NODE_OPTIONS: '--disable-warning=DEP0169' };
  const running = await startProcess(program, { args, endpoint: sink.url, env });
  expect(await running.exit).toMatchObject({ code: 0, signal: null, stderr: '' });
  const parent = sink.spans().find(({ name }) => name === request);
  return sink.spans().filter(({ kind, parentSpanId }) => kind === 'CLIENT' && parentSpanId === parent?.spanId).map(({ name }) => name);
}

describe.each(DRIVERS)('%s', (driver) => {
  describeWith('redis', 'on a real server', () => {
    describe.each(PROGRAMS)('in $format', ({ file }) => {
      describe.each(ORDERS)('loaded: %s', (order) => {
        verifies(['D1', 'D2', 'D9'], 'has one span a command and a batch beneath the request', async () => {
          expect(await spansBeneath('request', file, [driver, order])).toEqual(['GET', 'MULTI']);
        });
      });
    });

    describe.each(['esm', 'cjs'] as const)('in a bundle of format %s', (format) => {
      verifies(['D2', 'D9'], 'is observed once it is handed over, and before where it publishes its commands', async () => {
        const folder = await mkdtemp(join(tmpdir(), 'otelier-redis-'));
        const outfile = join(folder, `program.${format === 'esm' ? 'mjs' : 'cjs'}`);
        await build({
          entryPoints: [join(__dirname, '../../programs/bundled-redis.mjs')],
          outfile,
          absWorkingDir: join(__dirname, '../..'),
          bundle: true,
          platform: 'node',
          target: 'node20',
          format,
          banner: { js: format === 'esm' ? BANNER : '' },
          alias: { 'the-driver': driver },
          logLevel: 'error',
        });
        expect(await spansBeneath('request', outfile)).toEqual(['GET', 'MULTI']);
        const before = sink.spans().find(({ name }) => name === 'before');
        const published = sink.spans().filter(({ kind, parentSpanId }) => kind === 'CLIENT' && parentSpanId === before?.spanId);
        expect(published.some(({ name }) => name === 'MULTI')).toBe(['ioredis', 'redis'].includes(driver));
        await rm(folder, { recursive: true });
      });
    });
  });
});

describe.each([
  { driver: 'ioredis-unsupported', message: 'ioredis 3.2.2 is loaded; supported are >=4.0.0 <7.0.0.' },
  { driver: 'redis-unsupported', message: 'redis 3.1.2 is loaded; supported are >=4.1.0 <7.0.0.' },
])('$driver', ({ driver, message }) => {
  describe.each(ORDERS)('loaded: %s', (order) => {
    verifies('D2', 'is told of once, with its version and the range', async () => {
      const program = await startProcess('unsupported-driver.cjs', { args: [driver, order], endpoint: sink.url });
      const { code, stdout, stderr } = await program.exit;
      const warnings = stderr.split('\n').filter((line) => line.startsWith('[otelier]'));
      expect(warnings).toEqual([expect.stringContaining(`OTELIER_DRIVER_UNSUPPORTED: ${message}`)]);
      expect(JSON.parse(stdout)).toMatchObject([{ code: 'OTELIER_DRIVER_UNSUPPORTED', message }]);
      expect(code).toBe(0);
    });
  });
});

/** What a bundle of CommonJS libraries as an ES module needs on Node. */
const BANNER = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
