import { join } from 'node:path';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { collector, setupOtel, type Otel } from '@otelier/core';
import { runProgram, startOtlpSink, type OtlpSink } from '@otelier/testkit';
import { recordOfReadable, recordOfReceived } from '../src/conventions/span-record';

interface FileResult {
  readonly name: string;
  readonly message: string;
  readonly assertionResults: { readonly title: string; readonly status: string; readonly failureMessages: string[] }[];
}

const folder = join(__dirname, '../fixtures/conventions');
const jestProgram = join(require.resolve('jest/package.json'), '../bin/jest.js');
const strangeMetric = 'the conventions have no such metric, but its namespace is theirs';
const outdated = 'http.method is deprecated: http.request.method';

describe('the convention guard', () => {
  let files: ReadonlyMap<string, FileResult>;

  beforeAll(async () => {
    const config = join(folder, 'jest.config.cjs');
    const program = await runProgram(jestProgram, { args: ['--config', config, '--json', '--runInBand'], cwd: folder });
    const { stdout } = await program.exit;
    const { testResults } = JSON.parse(stdout) as { testResults: FileResult[] };
    files = new Map(testResults.map((file) => [file.name.replace(/^.*\//, ''), file]));
  });

  const complaints = (file: string): Record<string, readonly string[]> =>
    Object.fromEntries((files.get(file)?.assertionResults ?? []).map((test) => [test.title, test.failureMessages]));

  it('fails a test in which a span or a metric breaks the conventions, wherever it was made', () => {
    expect(complaints('broken.test.ts')).toEqual({
      'by the set-up': [`ConventionGuard: INTERNAL span 'work' of @otelier/core: ${outdated}`],
      'by an SDK of its own': [`ConventionGuard: INTERNAL span 'own' of @otelier/test: ${outdated}`],
      'by a span processor that throws': [`ConventionGuard: INTERNAL span 'own' of @otelier/test: ${outdated}`],
      'over OTLP': [`ConventionGuard: INTERNAL span 'sent' of @otelier/test: ${outdated}`],
      'by a metric': [`ConventionGuard: metric http.server.requests of @otelier/test: ${strangeMetric}`],
      'by a metric over OTLP': [`ConventionGuard: metric http.server.requests of @otelier/test: ${strangeMetric}`],
      'in another way than it says': [
        `ConventionGuard: INTERNAL span 'own' of @otelier/test: ${outdated}\n` +
          'nothing broke the conventions by "url.full" (the test says so)',
      ],
    });
  });

  it('passes good spans, those of other makers, and what a test announces', () => {
    expect(Object.values(complaints('kept.test.ts'))).toEqual(Array.from({ length: 5 }, () => []));
    expect(files.get('kept.test.ts')?.message).toBe('');
  });

  it('fails the file in whose hooks a span breaks the conventions, and no test of it', () => {
    expect(files.get('outside.test.ts')?.message).toContain(
      `outside the tests of this file: INTERNAL span 'late' of @otelier/test: ${outdated}`,
    );
    expect(complaints('outside.test.ts')).toEqual({ 'makes no span itself': [] });
  });
});

describe('a span record', () => {
  let sink: OtlpSink;
  let otel: Otel;
  const memory = new InMemorySpanExporter();

  beforeAll(async () => {
    sink = await startOtlpSink();
    otel = setupOtel({
      serviceName: 'recorded',
      destinations: [collector(sink.url)],
      spanProcessors: [new SimpleSpanProcessor(memory)],
      handleSignals: false,
    });
  });
  afterAll(async () => {
    await otel.shutdown();
    await sink.close();
  });

  it('is the same of a span in this process and of what arrives over OTLP', async () => {
    const tracer = trace.getTracer('somebody else');
    const attributes = { a: 1, b: ['x', 'y'], c: true, d: 0.5 };
    const first = tracer.startSpan('first', { kind: SpanKind.CLIENT, attributes });
    const links = [{ context: first.spanContext(), attributes: { kind: 'earlier' } }, { context: first.spanContext() }];
    const second = tracer.startSpan('second', { kind: SpanKind.SERVER, links });
    second.addEvent('exception', { 'exception.type': 'Error' });
    second.addEvent('bare');
    second.setStatus({ code: SpanStatusCode.ERROR, message: 'why' });
    [first, second].forEach((span) => span.end());
    await otel.flush();
    const records = memory.getFinishedSpans().map(recordOfReadable);
    expect(sink.spans().map(recordOfReceived)).toEqual(records);
    expect(records).toMatchObject([
      { kind: 'CLIENT', name: 'first', scope: 'somebody else', attributes, status: { code: 'UNSET' }, links: [] },
      {
        kind: 'SERVER',
        status: { code: 'ERROR', message: 'why' },
        events: [{ name: 'exception', attributes: { 'exception.type': 'Error' } }, { name: 'bare' }],
        links: [{ attributes: { kind: 'earlier' } }, { attributes: {} }],
      },
    ]);
  });
});
