import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { build } from 'esbuild';
import { startProcess } from '../test-process';
import { databaseUrl } from './query-spans';

const SPANS = [
  { name: 'SELECT', text: 'SELECT generate_series(?, ?) AS one', rows: 2 },
  { name: 'SELECT', text: 'SELECT $1::int AS two', rows: 1 },
  { name: 'request', text: undefined, rows: undefined },
];

describeWith('postgres', 'cursors and streams of pg, which are modules of their own,', () => {
  let sink: OtlpSink;

  beforeEach(async () => {
    sink = await startOtlpSink();
  });
  afterEach(() => sink.close());

  async function run(program: string, args: readonly string[] = []): Promise<unknown[]> {
    const { exit } = await startProcess(program, {
      args,
      endpoint: sink.url,
      env: { TEST_DATABASE_URL: await databaseUrl('postgres') },
    });
    expect(await exit).toMatchObject({ code: 0, signal: null, stderr: '' });
    return sink.spans().map(({ name, attributes }) => ({
      name,
      text: attributes['db.query.text'],
      rows: attributes['db.response.returned_rows'],
    }));
  }

  describe.each(['pg-cursors.mjs', 'pg-cursors.cjs'])('in %s', (program) => {
    verifies(['D2', 'D5'], 'have their spans whatever was loaded first', async () => {
      expect(await run(program, ['driver first'])).toEqual(SPANS);
      await sink.close();
      sink = await startOtlpSink();
      expect(await run(program, ['set-up first'])).toEqual(SPANS);
    });
  });

  describe.each(['esm', 'cjs'] as const)('in a bundle of format %s', (format) => {
    verifies(['D2', 'D5'], 'have their spans once the driver is handed over, until the undo', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'otelier-bundle-'));
      const outfile = join(folder, format === 'esm' ? 'program.mjs' : 'program.cjs');
      await build({
        entryPoints: [join(__dirname, '../programs/pg-cursors-bundled.mjs')],
        outfile,
        absWorkingDir: join(__dirname, '..'),
        bundle: true,
        platform: 'node',
        target: 'node20',
        format,
        banner:
          format === 'esm'
            ? { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }
            : {},
        external: ['pg-native'],
        logLevel: 'error',
      });
      expect(await run(outfile)).toEqual([...SPANS, { name: 'afterwards', text: undefined, rows: undefined }]);
      await rm(folder, { recursive: true });
    });
  });

  verifies('D5', 'and every other query, leave a rejection that nobody handles to the process, once', async () => {
    const { exit } = await startProcess('pg-rejections.cjs', {
      endpoint: sink.url,
      env: { TEST_DATABASE_URL: await databaseUrl('postgres') },
    });
    const { code, stdout, stderr } = await exit;
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(['22012', '42703', 'ECONNREFUSED']);
  });
});
