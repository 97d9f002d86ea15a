import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOtlpSink, verifies, type OtlpSink, type ProgramEnd } from '@otelier/testkit';
import { build } from 'esbuild';
import { startProcess } from '../test-process';

const LIBRARIES = ['pino', 'pino-9', 'pino-7', 'winston'] as const;
const ORDERS = ['library first', 'set-up first'] as const;
const ENDS = [
  { end: 'nature', result: { code: 0, signal: null } },
  { end: 'exit', result: { code: 3, signal: null } },
  { end: 'SIGTERM', result: { code: null, signal: 'SIGTERM' } },
  { end: 'uncaught', result: { code: 1, signal: null } },
] as const;

/** What was under way at these ends is sent again, since nobody hears its answer. */
const SENT_AGAIN: readonly string[] = ['exit', 'uncaught'];

const ALL = Array.from({ length: 1000 }, (_value, index) => `line ${index}`);

let sink: OtlpSink;
let folder: string;

beforeEach(async () => {
  sink = await startOtlpSink();
  folder = await mkdtemp(join(tmpdir(), 'otelier-logs-'));
});
afterEach(async () => {
  await sink.close();
  await rm(folder, { recursive: true });
});

async function run(file: string, ...args: string[]): Promise<ProgramEnd & { readonly ids: readonly string[] }> {
  const program = await startProcess(file, { args, endpoint: sink.url });
  const end = await program.exit;
  const [, traceId = '', spanId = ''] = /^ids (\w+) (\w+)$/m.exec(end.stderr) ?? [];
  return { ...end, ids: [traceId, spanId] };
}

function expectAllSent(ids: readonly string[]): void {
  const records = sink.logs();
  expect(new Set(records.map(({ body }) => body))).toEqual(new Set(ALL));
  expect(new Set(records.map(({ traceId, spanId }) => `${traceId} ${spanId}`))).toEqual(new Set([ids.join(' ')]));
}

describe.each(LIBRARIES)('%s', (library) => {
  describe.each(ORDERS)('loaded: %s', (order) => {
    verifies(['L1', 'L2'], 'is observed in an ES module and in CommonJS', async () => {
      for (const file of ['logs.mjs', 'logs.cjs']) {
        sink.clear();
        const { ids, code, stdout } = await run(file, library, order);
        expect(code).toBe(0);
        expectAllSent(ids);
        expect(sink.logs()).toHaveLength(ALL.length);
        const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
        expect(lines).toHaveLength(ALL.length);
        expect(lines.every(({ trace_id, span_id }) => trace_id === ids[0] && span_id === ids[1])).toBe(true);
      }
    });
  });
});

describe.each(['pino', 'winston', 'console'])('every record of %s arrives when the process ends', (library) => {
  describe.each(ENDS)('by $end', ({ end, result }) => {
    verifies(['L5', 'X1'], 'with the exit code that it has without Otelier', async () => {
      const ended = await run('logs.mjs', library, 'set-up first', end);
      expect(ended).toMatchObject(result);
      // What ends the process has a record of its own.
      const lines = sink.logs().filter(({ body }) => (body as string).startsWith('line '));
      expect(new Set(lines.map(({ body }) => body))).toEqual(new Set(ALL));
      if (!SENT_AGAIN.includes(end)) {
        expect(lines).toHaveLength(ALL.length);
      }
      expect(new Set(lines.map(({ spanId }) => spanId))).toEqual(new Set([ended.ids[1]]));
    });
  });
});

describe('pino with a transport in a worker thread', () => {
  verifies(['L1', 'L5'], 'writes and sends every line, with its ids, whatever ends the process', async () => {
    for (const { end, result } of ENDS.slice(0, 2)) {
      sink.clear();
      const target = join(folder, `${end}.log`);
      const ended = await run('logs.mjs', 'pino', 'library first', end, target);
      expect(ended).toMatchObject(result);
      const lines = (await readFile(target, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines.map(({ msg }) => msg)).toEqual(ALL);
      expect(lines.every(({ span_id }) => span_id === ended.ids[1])).toBe(true);
      expectAllSent(ended.ids);
      if (!SENT_AGAIN.includes(end)) {
        expect(sink.logs()).toHaveLength(ALL.length);
      }
    }
  });
});

describe.each([
  // pino publishes its lines itself from 9.10 on: the set-up hears of them without a hand-over.
  { library: 'pino', sent: ['before', 'within', 'after'] },
  { library: 'pino-9', sent: ['within'] },
  { library: 'winston', sent: ['within'] },
])('$library in a bundle', ({ library, sent }) => {
  verifies(['L1', 'L2'], 'is observed once it is handed over, until the undo', async () => {
    const outfile = join(folder, 'program.cjs');
    await build({
      entryPoints: [join(__dirname, '../programs/bundled-logs.mjs')],
      outfile,
      absWorkingDir: join(__dirname, '..'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      alias: { 'the-logger': library },
      logLevel: 'error',
    });
    const program = await startProcess(outfile, { endpoint: sink.url, env: { TEST_LOGGER: library, OTEL_SERVICE_NAME: 'bundle' } });
    const { code, stdout, stderr } = await program.exit;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.includes('"trace_id":"'))).toEqual(['before', 'within', 'after'].map((name) => sent.includes(name)));
    expect(sink.logs().map(({ body }) => body)).toEqual(sent);
  });
});

describe('the console of a process', () => {
  verifies('L1', 'prints tables, groups and inspected values as without Otelier, and the ids behind lines', async () => {
    const bare = await (await startProcess('console-shapes.mjs', { endpoint: sink.url })).exit;
    const within = await (await startProcess('console-shapes.mjs', { endpoint: sink.url, args: ['correlate'] })).exit;
    expect(bare).toMatchObject({ code: 0, stderr: '' });
    expect(within).toMatchObject({ code: 0, stderr: '' });
    const ids = / trace_id=\w{32} span_id=\w{16} trace_flags=01$/gm;
    expect(bare.stdout).toContain('┌─');
    expect(within.stdout.match(ids)).toHaveLength(3);
    expect(within.stdout.replaceAll(ids, '')).toBe(bare.stdout);
    expect(within.stdout).toMatch(/^ {2}within a group trace_id=/m);
    expect(within.stdout).toMatch(/^count: 1 trace_id=/m);
    expect(within.stdout).toMatch(/^afterwards trace_id=/m);
  });

  verifies(['L2', 'L5'], 'is no source of records in a thread in which a transport of pino runs', async () => {
    const nodeArgs = ['--import', join(__dirname, '../programs/logs-register.mjs')];
    const program = await startProcess('printing-transport.mjs', { endpoint: sink.url, nodeArgs });
    expect(await program.exit).toMatchObject({ code: 0, stderr: '', stdout: 'transport: once\n' });
    expect(sink.logs().map(({ body }) => body)).toEqual(['once']);
  });
});
