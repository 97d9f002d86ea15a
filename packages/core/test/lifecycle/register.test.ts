import { join } from 'node:path';
import { runProgram, startOtlpSink, verifies, type OtlpSink, type ProgramEnd } from '@otelier/testkit';

const CORE = join(__dirname, '../..');

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

interface Run {
  readonly app: string;
  readonly nodeArgs?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function run({ app, nodeArgs, args, env }: Run): Promise<ProgramEnd> {
  const program = await runProgram(join(__dirname, '../programs/lifecycle', app), {
    nodeArgs,
    args,
    cwd: CORE,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...env },
    node: process.env['OTELIER_TEST_NODE'],
  });
  return program.exit;
}

const instances = (): Set<unknown> => new Set(sink.spans().map(({ resource }) => resource['service.instance.id']));

const PRELOADS = [
  ['--import', 'plain-app.mjs'],
  ['--import', 'plain-app.cjs'],
  ['--require', 'plain-app.mjs'],
  ['--require', 'plain-app.cjs'],
] as const;

describe.each(PRELOADS)('node %s @otelier/core/register %s', (flag, app) => {
  const nodeArgs = [flag, '@otelier/core/register'];

  verifies('P12', 'sets up an application that does nothing for it', async () => {
    expect(await run({ app, nodeArgs })).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    expect(sink.spans().map(({ name }) => name)).toEqual(['main']);
    expect(sink.spans()[0]?.resource['service.name']).toBe('@otelier/core');
  });

  verifies(['P1', 'P12'], 'is the one set-up of an application that calls setupOtel() as well', async () => {
    const end = await run({ app, nodeArgs, args: ['set-up'] });
    expect(end).toEqual({ code: 0, signal: null, stdout: 'listeners true 1\n', stderr: '' });
    expect(sink.spans().map(({ name }) => name)).toEqual(['main']);
  });
});

verifies(['P10', 'P12'], 'worker threads set themselves up as well, and nothing is doubled', async () => {
  const nodeArgs = ['--require', '@otelier/core/register'];
  expect(await run({ app: 'plain-app.cjs', nodeArgs, args: ['thread'] })).toMatchObject({ code: 0, stderr: '' });
  expect(sink.spans().map(({ name }) => name).toSorted()).toEqual(['main', 'thread']);
  expect(instances().size).toBe(2);
});

verifies(['X2', 'P12'], 'by NODE_OPTIONS delivers at process.exit() what one set-up has made', async () => {
  const env = { NODE_OPTIONS: '--import @otelier/core/register' };
  expect(await run({ app: 'plain-app.cjs', env, args: ['exit'] })).toMatchObject({ code: 3, stderr: '' });
  expect(sink.spans().map(({ name }) => name)).toEqual(['main']);
  const metered = sink.metrics().map(({ resource }) => resource['service.instance.id']);
  expect(new Set([...instances(), ...metered]).size).toBe(1);
});

verifies(['P10', 'P12'], 'the set-up can be deferred', async () => {
  const nodeArgs = ['--import', '@otelier/core/register'];
  expect(await run({ app: 'plain-app.mjs', nodeArgs, env: { OTELIER_DEFER_SETUP: 'true' } })).toMatchObject({ code: 0, stderr: '' });
  expect(sink.requests()).toEqual([]);
});
