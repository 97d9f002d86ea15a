import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { build } from 'esbuild';
import { startProcess } from '../test-process';
import { databaseUrl, expectQuerySpans } from './query-spans';

const DRIVERS = [
  { driver: 'pg', kind: 'postgres', undone: [] },
  // The driver publishes its queries itself: the set-up hears of them without a hand-over, and after its undo.
  { driver: 'mysql2', kind: 'mysql', undone: ['SELECT', 'SELECT'] },
  { driver: 'mysql2-old', kind: 'mysql', undone: [] },
] as const;

const FORMATS = [
  {
    format: 'esm',
    extension: 'mjs',
    // What a bundle of CommonJS libraries as an ES module needs on Node.
    banner: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  { format: 'cjs', extension: 'cjs', banner: '' },
] as const;

describe.each(DRIVERS)('$driver in a bundle', ({ driver, kind, undone }) => {
  describeWith(kind, 'on a real server', () => {
    let folder: string;
    let sink: OtlpSink;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'otelier-bundle-'));
      sink = await startOtlpSink();
    });
    afterEach(async () => {
      await sink.close();
      await rm(folder, { recursive: true });
    });

    describe.each(FORMATS)('of format $format', ({ format, extension, banner }) => {
      verifies('D2', 'is observed once it is handed over, until the undo', async () => {
        const outfile = join(folder, `program.${extension}`);
        await build({
          entryPoints: [join(__dirname, '../programs/bundled-queries.mjs')],
          outfile,
          absWorkingDir: join(__dirname, '..'),
          bundle: true,
          platform: 'node',
          target: 'node20',
          format,
          banner: { js: banner },
          alias: { 'the-driver': driver },
          external: ['pg-native'],
          logLevel: 'error',
        });
        const program = await startProcess(outfile, {
          endpoint: sink.url,
          env: { TEST_DRIVER: driver, TEST_DATABASE_URL: await databaseUrl(kind) },
        });
        expect(await program.exit).toMatchObject({ code: 0, signal: null, stderr: '' });
        const later = sink.spans().findIndex(({ name }) => name === 'request') + 1;
        expectQuerySpans(sink.spans().slice(0, later), kind);
        expect(sink.spans().slice(later).map(({ name }) => name)).toEqual([...undone, 'afterwards']);
      });
    });
  });
});
