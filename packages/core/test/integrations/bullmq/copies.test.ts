import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setupOtel, traceIntegration } from '@otelier/core';
import { describeWith, runProgram, startOtlpSink, verifies, type ProgramEnd } from '@otelier/testkit';
import { FlowProducer, Job, JobScheduler, Worker } from 'bullmq';
import * as bullmq from 'bullmq';
import { build } from 'esbuild';
import { startProcess } from '../../test-process';
import { ObservedQueue, redisAddress } from './observed-queue';

const programs = resolve(__dirname, '../../programs');
const dist = resolve(__dirname, '../../../dist');

// What a bundle of CommonJS libraries as an ES module needs on Node.
const BANNER = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otelier-bullmq-'));
});
afterEach(() => rm(folder, { recursive: true }));

const methods = (): unknown[] => [
  Job.prototype.moveToFailed,
  Job.prototype.asJSONSandbox,
  Worker.prototype.run,
  JobScheduler.prototype.upsertJobScheduler,
  (FlowProducer.prototype as unknown as { addNode: unknown }).addNode,
];

verifies(['D2', 'D11'], 'gives BullMQ its own methods back', async () => {
  const own = methods();
  const otel = setupOtel({ serviceName: 'undo', destinations: [], handleSignals: false });
  const during = methods();
  await otel.shutdown();
  expect(during.filter((method) => own.includes(method))).toEqual([]);
  expect(methods()).toEqual(own);
  const undo = traceIntegration(bullmq);
  expect(methods().filter((method) => own.includes(method))).toEqual([]);
  undo();
  expect(methods()).toEqual(own);
});

describe.each(['index.js', 'index.cjs'])('a program without bullmq-otel, with %s', (file) => {
  const ask = async (bullmqIs: string): Promise<ProgramEnd> => {
    const { exit } = await runProgram(join(programs, 'bullmq-lone.mjs'), {
      args: [join(dist, file), bullmqIs],
      cwd: folder,
      env: { NODE_PATH: undefined },
    });
    return exit;
  };

  verifies('D11', 'is told the name of the package that is missing', async () => {
    expect(await ask('not loaded')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^TypeError: \[otelier\] bullmqTelemetry\(\) needs the package bullmq-otel, .*npm install/) as string,
    });
  });

  verifies('D11', 'gets the one that lies beside BullMQ', async () => {
    expect(await ask('loaded')).toMatchObject({ code: 0, stderr: '', stdout: 'tracer,contextManager\n' });
  });
});

describeWith('redis', 'BullMQ in a bundle', () => {
  verifies(['D2', 'D11'], 'is observed once it and bullmq-otel are handed over', async () => {
    const [sink, jobs] = await Promise.all([startOtlpSink(), ObservedQueue.open({ otel: false })]);
    const outfile = join(folder, 'program.mjs');
    await build({
      entryPoints: [join(programs, 'bullmq-bundled.mjs')],
      outfile,
      absWorkingDir: programs,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      banner: { js: BANNER },
      external: ['pg', 'redis'],
      logLevel: 'error',
    });
    const program = await startProcess(outfile, {
      endpoint: sink.url,
      env: { TEST_REDIS: JSON.stringify(await redisAddress()), TEST_QUEUE: jobs.name },
    });
    expect(await program.exit).toMatchObject({ code: 0, signal: null, stderr: '' });
    const consumer = sink.spans().find(({ kind }) => kind === 'CONSUMER');
    expect(consumer?.attributes['error.type']).toBe('RangeError');
    expect(new Set(sink.spans().map(({ traceId }) => traceId)).size).toBe(1);
    await Promise.all([sink.close(), jobs.close()]);
  });
});
