import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeWith, startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../test-process';
import { databaseUrl, expectQuerySpans } from './query-spans';

const DRIVERS = [
  { driver: 'pg', kind: 'postgres' },
  { driver: 'mysql2', kind: 'mysql' },
  { driver: 'mysql2/promise', kind: 'mysql' },
  { driver: 'mysql2-old', kind: 'mysql' },
  { driver: 'mysql2-old/promise', kind: 'mysql' },
] as const;

const HOOKS = pathToFileURL(join(__dirname, '../programs/registered-hooks.mjs')).href;

const FORMATS = [
  { format: 'ES modules', file: 'queries.mjs', nodeArgs: [] },
  { format: 'ES modules behind the hooks of other instrumentations', file: 'queries.mjs', nodeArgs: ['--import', HOOKS] },
  { format: 'CommonJS', file: 'queries.cjs', nodeArgs: [] },
];

const ORDERS = ['driver first', 'set-up first', 'within the first request'];

describe.each(DRIVERS)('$driver', ({ driver, kind }) => {
  describeWith(kind, 'on a real server', () => {
    let sink: OtlpSink;

    beforeEach(async () => {
      sink = await startOtlpSink();
    });
    afterEach(() => sink.close());

    describe.each(FORMATS)('in $format', ({ file, nodeArgs }) => {
      describe.each(ORDERS)('loaded: %s', (order) => {
        verifies(['D1', 'D2'], 'has one span a query beneath the request', async () => {
          const program = await startProcess(file, {
            args: [driver, order],
            nodeArgs,
            endpoint: sink.url,
            env: { TEST_DATABASE_URL: await databaseUrl(kind) },
          });
          expect(await program.exit).toMatchObject({ code: 0, signal: null, stderr: '' });
          expectQuerySpans(sink.spans(), kind);
        });
      });
    });
  });
});
