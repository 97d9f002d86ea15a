import { resolve } from 'node:path';
import { describeWith, startOtlpSink, testRedis, verifies, type OtlpSink, type Program, type ReceivedSpan } from '@otelier/testkit';
import { runProgram } from '@otelier/testkit/child-program';

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

async function start(file: string, service: string, args: readonly string[] = []): Promise<Program> {
  const { url } = await testRedis();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_SERVICE_NAME: service, REDIS_URL: url, NODE_PATH: '' };
  return runProgram(resolve(__dirname, file), { args, env, cwd: __dirname });
}

/** `uploads upload pictures` and so on: whose span it is, its name, and the error that it tells. */
function describeSpan({ resource, name, status, attributes }: ReceivedSpan): string {
  const failed = status.code === 'ERROR' ? ` (${String(attributes['error.type'])})` : '';
  return `${String(resource['service.name'])} ${name}${failed}`;
}

/** A line for each span beneath the given one, indented; brothers and sisters in alphabetical order. */
function drawTree(spans: readonly ReceivedSpan[], parentSpanId: string | undefined, depth = 0): string[] {
  return spans
    .filter((span) => span.parentSpanId === parentSpanId)
    .map((span) => [`${'  '.repeat(depth)}${describeSpan(span)}`, ...drawTree(spans, span.spanId, depth + 1)])
    .sort(([one = ''], [other = '']) => one.localeCompare(other))
    .flat();
}

describeWith('redis', 'the worker', () => {
  verifies(['D11', 'P2'], 'has each attempt at a job in the trace of the program that added it, in its process too', async () => {
    const worker = await start('worker.js', 'thumbnails');
    await worker.line(/^waiting for pictures$/);
    const enqueued = await start('enqueue.js', 'uploads', ['beach.jpg', 'broken.jpg']);
    expect(await enqueued.exit).toMatchObject({ code: 0, stdout: '2 pictures wait for their thumbnails\n', stderr: '' });
    await worker.line(/^small-beach.jpg made$/);
    await worker.line(/^broken.jpg, attempt 2: no picture in this file$/);
    worker.kill('SIGTERM');
    expect(await worker.exit).toMatchObject({ code: 0, signal: null, stderr: '' });
    const spans = sink.spans();
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const steps = spans.filter(({ attributes }) => attributes['db.system.name'] === undefined);
    expect(drawTree(steps, undefined)).toEqual([
      'uploads upload pictures',
      '  uploads addBulk thumbnails',
      '    thumbnails process thumbnails',
      '      thumbnails complete thumbnails',
      '      thumbnails run thumbnails',
      '        thumbnails read picture',
      '        thumbnails scale down',
      ...['delay', 'fail'].flatMap((end) => [
        '    thumbnails process thumbnails (Error)',
        `      thumbnails ${end} thumbnails`,
        '      thumbnails run thumbnails (Error)',
        '        thumbnails read picture (Error)',
      ]),
      '  uploads close thumbnails',
    ]);
  });
});
