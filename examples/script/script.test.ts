import { resolve } from 'node:path';
import { startOtlpSink, verifies, type OtlpSink, type ProgramEnd } from '@otelier/testkit';
import { runProgram } from '@otelier/testkit/child-program';

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

async function run(...args: string[]): Promise<ProgramEnd> {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
  return (await runProgram(resolve(__dirname, 'import-products.js'), { args, env, cwd: __dirname })).exit;
}

verifies('P11', 'the script is one trace', async () => {
  expect(await run('products.csv')).toEqual({ code: 0, signal: null, stdout: '3 products imported\n', stderr: '' });
  const [read, parsed, root] = sink.spans();
  expect([read?.name, parsed?.name, root?.name]).toEqual(['read file', 'parse products', 'import products']);
  expect([read?.parentSpanId, parsed?.parentSpanId]).toEqual([root?.spanId, root?.spanId]);
  expect(root).toMatchObject({
    attributes: { 'products.count': 3, 'process.exit.code': 0 },
    resource: { 'service.name': '@otelier/example-script' },
  });
});

verifies('P11', 'the script that fails ends with 1, its stack trace and an error', async () => {
  const { code, stderr } = await run('nowhere.csv');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('ENOENT') });
  const root = sink.spans().find(({ name }) => name === 'import products');
  expect(root).toMatchObject({ status: { code: 'ERROR' }, attributes: { 'error.type': 'Error' } });
});

verifies('P11', 'the script that exits keeps its exit code and its trace', async () => {
  expect(await run()).toMatchObject({ code: 2, stderr: 'usage: node import-products.js <file.csv>\n' });
  expect(sink.spans()).toMatchObject([{ name: 'import products', attributes: { 'process.exit.code': 2 } }]);
});
