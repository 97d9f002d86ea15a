import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { runProgram, startOtlpSink, verifies, type OtlpSink, type ProgramEnd } from '@otelier/testkit';

const PROGRAM = join(__dirname, '../programs/configured.mjs');

let sink: OtlpSink;
let folder: string;

beforeEach(async () => {
  sink = await startOtlpSink();
  folder = mkdtempSync(join(tmpdir(), 'otelier-configured-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  await sink.close();
});

interface Run {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: string;
}

function run({ args = ['esm'], env = {}, program = PROGRAM }: Run): Promise<ProgramEnd> {
  // What is installed where the tests run is none of its business.
  return runProgram(program, { args, env: { NODE_PATH: undefined, ...env }, cwd: folder, node: process.env['OTELIER_TEST_NODE'] }).then(({ exit }) => exit);
}

function write(text: string): string {
  const file = join(folder, 'otel.yaml');
  writeFileSync(file, text);
  return file;
}

const FILE = `
file_format: "1.0"
resource:
  attributes:
    - { name: service.name, value: "\${SHOP:-none}" }
    - { name: shelf, value: 3, type: int }
attribute_limits: { attribute_value_length_limit: 6 }
propagator: { composite_list: "tracecontext,baggage" }
tracer_provider:
  processors:
    - batch:
        exporter:
          otlp_http: { endpoint: "\${SINK}/v1/traces", compression: gzip, headers: [{ name: api-key, value: "\${KEY}" }] }
meter_provider:
  readers:
    - periodic:
        exporter:
          otlp_http:
            endpoint: \${SINK}/v1/metrics
            temporality_preference: delta
            default_histogram_aggregation: base2_exponential_bucket_histogram
logger_provider:
  processors:
    - batch: { exporter: { otlp_http: { endpoint: "\${SINK}/v1/logs", encoding: json } } }
`;

for (const format of ['esm', 'cjs']) {
  verifies('P14', `a configuration file sets up the process, ${format} build`, async () => {
    const env = { OTEL_CONFIG_FILE: write(FILE), SINK: sink.url, SHOP: 'tea shop', KEY: 'k-1', OTEL_SERVICE_NAME: 'ignored' };
    const { code, stdout, stderr } = await run({ args: [format], env });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({ yaml: true, problems: [] });
    const [span] = sink.spans();
    expect(span).toMatchObject({ name: 'work', attributes: { a: 'a long', b: 2 }, resource: { 'service.name': 'tea shop', shelf: 3 } });
    expect(sink.metrics().find(({ name }) => name === 'tea')).toMatchObject({ type: 'exponentialHistogram', temporality: 'DELTA' });
    expect(sink.logs()).toMatchObject([{ body: 'tea' }]);
    const sent = (path: string): unknown => sink.requests().find((request) => request.path === path)?.headers;
    expect(sent('/v1/traces')).toMatchObject({ 'content-encoding': 'gzip', 'api-key': 'k-1' });
    expect(sent('/v1/metrics')).not.toHaveProperty('api-key');
    expect(sent('/v1/logs')).toMatchObject({ 'content-type': 'application/json' });
  });
}

verifies('P14', 'what reads configuration files is loaded with one alone', async () => {
  const { stdout } = await run({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url } });
  expect(JSON.parse(stdout)).toMatchObject({ yaml: false });
  expect(sink.spans()).toHaveLength(1);
});

verifies('P14', 'a mistake in a configuration file is told once on standard error, and the rest of it counts', async () => {
  const file = write(FILE.replace('attribute_value_length_limit: 6', 'attribute_value_length_limit: six'));
  const { code, stderr } = await run({ env: { OTEL_CONFIG_FILE: file, SINK: sink.url } });
  expect(code).toBe(0);
  expect(stderr).toBe(
    `[otelier] OTELIER_CONFIG_INVALID: ${file}:7: attribute_limits.attribute_value_length_limit: "six" is not a whole number from 0; ` +
      'it is left out. Correct the file that OTEL_CONFIG_FILE names. See docs/diagnostics.md#OTELIER_CONFIG_INVALID\n',
  );
  expect(sink.spans()).toMatchObject([{ attributes: { a: 'a long text' }, resource: { 'service.name': 'none' } }]);
});

for (const [where, installed] of [['without', false], ['with', true]] as const) {
  verifies('P14', `a bundle reads a configuration file ${where} the yaml package beside it as far as it can`, async () => {
    const program = join(folder, 'bundle.cjs');
    await build({
      stdin: { contents: `const { setupOtel, withSpan } = require('@otelier/core'); const otel = setupOtel(); withSpan('bundled', () => {}); otel.shutdown();`, resolveDir: __dirname },
      outfile: program,
      bundle: true,
      platform: 'node',
      logLevel: 'error',
    });
    if (installed) {
      const yaml = join(folder, 'node_modules/yaml');
      cpSync(join(__dirname, '../../node_modules/yaml'), yaml, { recursive: true, dereference: true });
    }
    const env = { OTEL_CONFIG_FILE: write(FILE), SINK: sink.url, SHOP: 'tea shop', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_SERVICE_NAME: 'stock' };
    const { code, stderr } = await run({ program, env });
    expect(code).toBe(0);
    expect(stderr).toMatch(installed ? /^$/ : /^\[otelier\] OTELIER_CONFIG_INVALID: \S+: the package yaml, which reads it, can't be loaded/);
    expect(sink.spans()).toMatchObject([{ name: 'bundled', resource: { 'service.name': installed ? 'tea shop' : 'stock' } }]);
  });
}
