import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram, startOtlpSink, verifies, type OtlpSink, type ProgramEnd } from '@otelier/testkit';

/** These programs run the built package, as an application does. */
const FIXTURES = join(__dirname, '../fixtures');

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});

afterEach(() => sink.close());

interface Run {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** Runs a program to its end; it exports to the sink unless its variables say otherwise. */
async function run(name: string, { args, env, folder = FIXTURES }: Run = {}): Promise<ProgramEnd> {
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...env };
  const program = await runProgram(join(folder, name), { args, env: variables, cwd: folder });
  return program.exit;
}

/** What a program has said as JSON. */
function said({ stdout, stderr }: ProgramEnd): Record<string, unknown>[] {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  if (lines.length === 0) {
    throw new Error(`the program said nothing:\n${stdout}\n${stderr}`);
  }
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a process', () => {
  verifies('P2', 'says who it is, with an instance id of its own in each run', async () => {
    const runs = await Promise.all([run('one-span.mjs', { env: { NODE_ENV: 'staging' } }), run('one-span.mjs')]);
    expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const resources = sink.spans().map(({ resource }) => resource);
    const manifest = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
    expect(resources).toHaveLength(2);
    expect(resources.map((resource) => [resource['service.name'], resource['service.version']])).toEqual([
      ['@otelier/core', manifest.version],
      ['@otelier/core', manifest.version],
    ]);
    expect(new Set(resources.map((resource) => resource['service.instance.id'])).size).toBe(2);
    expect(new Set(resources.map((resource) => resource['process.pid'])).size).toBe(2);
    const environments = resources.map((resource) => resource['deployment.environment.name']);
    expect(new Set(environments)).toEqual(new Set(['staging', undefined]));
  });

  verifies('P3', 'without any service name is told once to set a distinct one, and has a default', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'otelier-nameless-')));
    mkdirSync(join(folder, 'node_modules'));
    for (const scope of ['@opentelemetry', '@otelier']) {
      mkdirSync(join(folder, 'node_modules', scope));
    }
    symlinkSync(join(__dirname, '../..'), join(folder, 'node_modules/@otelier/core'));
    symlinkSync(join(__dirname, '../../node_modules/@opentelemetry/api'), join(folder, 'node_modules/@opentelemetry/api'));
    copyFileSync(join(FIXTURES, 'one-span.mjs'), join(folder, 'one-span.mjs'));
    const nameless = await run('one-span.mjs', { folder });
    const named = await run('one-span.mjs', { folder, env: { OTEL_SERVICE_NAME: 'shop' } });
    rmSync(folder, { recursive: true });
    expect(nameless).toMatchObject({ code: 0, signal: null });
    expect(nameless.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^\[otelier\] OTELIER_SERVICE_NAME_MISSING: No service name was found; using "unknown_service:node"\. Set OTEL_SERVICE_NAME, .* a distinct one for each component\. See docs\/diagnostics\.md#OTELIER_SERVICE_NAME_MISSING$/,
      ),
    ]);
    expect(named.stderr).toBe('');
    expect(sink.spans().map(({ resource }) => resource['service.name'])).toEqual(['unknown_service:node', 'shop']);
  });

  verifies('P4', 'whose variables are all wrong is told of each once, and does its work', async () => {
    const wrong = {
      OTEL_SDK_DISABLED: 'no',
      OTEL_LOG_LEVEL: 'loud',
      OTEL_TRACES_EXPORTER: 'jaeger',
      OTEL_METRICS_EXPORTER: 'statsd',
      OTEL_METRIC_EXPORT_INTERVAL: 'often',
      OTEL_RESOURCE_ATTRIBUTES: 'team',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=sk-12345%zz',
      OTEL_EXPORTER_OTLP_TIMEOUT: '10s',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'lz4',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/xml',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/such/file.pem',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'localhost',
    };
    const end = await run('one-span.mjs', { env: wrong });
    expect(end).toMatchObject({ code: 0, signal: null });
    expect(end.stdout).toContain('the application has done its work');
    const told = end.stderr.trimEnd().split('\n').map((line) => /^\[otelier\] OTELIER_ENV_INVALID: (\w+): /.exec(line)?.[1]);
    expect(told).toHaveLength(Object.keys(wrong).length);
    expect(new Set(told)).toEqual(new Set(Object.keys(wrong)));
    expect(end.stderr + end.stdout).not.toContain('sk-12345');
    expect(sink.spans()).toHaveLength(1);
    expect(sink.metrics()).not.toHaveLength(0);
  });

  verifies('P4', 'whose destination is away is told once for each signal, does its work and ends by itself', async () => {
    const away = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_TIMEOUT: '300' };
    const end = await run('one-span.mjs', { env: away });
    expect(end).toMatchObject({ code: 0, signal: null });
    expect(end.stdout).toContain('the application has done its work');
    expect(end.stderr.match(/^\[otelier\] \w+: collector \(\S+\)/gm)?.toSorted()).toEqual([
      '[otelier] OTELIER_EXPORT_FAILED: collector (http://127.0.0.1:9/v1/metrics)',
      '[otelier] OTELIER_EXPORT_FAILED: collector (http://127.0.0.1:9/v1/traces)',
    ]);
    expect(said(end)).toMatchObject([{ spans: { started: 1, ended: 1, exported: 0, failed: 1, dropped: 0 } }]);
    const silenced = await run('one-span.mjs', { env: { ...away, OTEL_LOG_LEVEL: 'none' } });
    expect(silenced).toMatchObject({ code: 0, stderr: '' });
    expect(said(silenced)).toMatchObject([{ spans: { failed: 1 } }]);
  });

  it('prints its spans where the destination is the console', async () => {
    for (const [name, env] of [
      ['console-destination.mjs', {}],
      ['one-span.mjs', { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none' }],
    ] as const) {
      const end = await run(name, { env });
      expect(end).toMatchObject({ code: 0, stderr: '' });
      expect(end.stdout).toMatch(/^work {2}[\d.]+ ms {2}.*trace [\da-f]{32}$/m);
    }
    expect(sink.requests()).toEqual([]);
  });
});

describe('two copies in one process', () => {
  let copy: string;

  beforeAll(() => {
    copy = realpathSync(mkdtempSync(join(tmpdir(), 'otelier-copy-')));
    cpSync(join(__dirname, '../../dist'), copy, { recursive: true });
    symlinkSync(join(__dirname, '../../node_modules'), join(copy, 'node_modules'));
  });

  afterAll(() => rmSync(copy, { recursive: true }));

  for (const order of ['copy last', 'copy first']) {
    verifies('P1', `make one set-up with one handle, ${order}`, async () => {
      const end = await run('two-copies.mjs', { args: [copy, order] });
      expect(end).toMatchObject({ code: 0 });
      expect(said(end)).toEqual([
        { isOneHoweverLoaded: true, areTwoCopies: true, handles: 1, listeners: 1, ended: 2, problems: [['OTELIER_SETUP_REPEATED', 2]] },
        { listeners: 0, isNew: true },
      ]);
      expect(end.stderr.match(/OTELIER_SETUP_REPEATED: /g)).toHaveLength(1);
    });
  }
});

describe('OTEL_SDK_DISABLED=true', () => {
  verifies('P4', 'costs nothing, and still propagates the context', async () => {
    const end = await run('traces-of-set-up.mjs', { env: { OTEL_SDK_DISABLED: 'true' } });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(said(end)).toEqual([
      {
        listeners: [],
        timers: 0,
        patches: 0,
        observesMysql: false,
        outgoing: {
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          tracestate: 'vendor=1',
          baggage: 'user=42',
        },
        isRecording: false,
        keepsTrace: true,
        connections: 0,
        status: {
          spans: { started: 0, ended: 0, exported: 0, failed: 0, dropped: 0 },
          destinations: [],
          problems: [],
        },
      },
    ]);
    expect(sink.requests()).toEqual([]);
  });

  verifies('P4', 'is what makes that difference', async () => {
    const end = await run('traces-of-set-up.mjs');
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const [found] = said(end);
    expect(found).toMatchObject({
      listeners: ['SIGTERM', 'SIGINT', 'beforeExit', 'exit'],
      observesMysql: true,
      isRecording: true,
      keepsTrace: true,
      connections: 2,
    });
    expect(found?.['patches']).toBeGreaterThan(0);
    expect(found?.['timers']).toBeGreaterThan(0);
    expect(sink.spans()).toMatchObject([{ name: 'work', parentSpanId: 'b7ad6b7169203331' }]);
  });
});
