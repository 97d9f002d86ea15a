import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceRoot } from '../../src/packages/workspace.js';

const program = `
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { ReadableLogRecord, SdkLogRecord, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { SimpleLogRecordProcessor, InMemoryLogRecordExporter } from '@opentelemetry/sdk-logs';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { InMemoryMetricExporter, AggregationTemporality, MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  InMemorySpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
  type Sampler,
  type Span,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { setupOtel, type OtelOptions } from '@otelier/core';

class OwnProcessor implements SpanProcessor {
  onStart(span: Span): void {
    span.setAttribute('own', true);
  }
  onEnd(span: ReadableSpan): void {
    console.log(span.resource.attributes, span.duration);
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

class OwnLogProcessor implements LogRecordProcessor {
  onEmit(record: SdkLogRecord): void {
    record.setAttribute('own', 1);
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

class OwnReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader: IMetricReader = new PeriodicExportingMetricReader({ exporter });
const own: Instrumentation = new PgInstrumentation();
const samplers: Sampler[] = [new AlwaysOnSampler(), new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) })];

export const options: OtelOptions = {
  spanProcessors: [
    new OwnProcessor(),
    new SimpleSpanProcessor(new InMemorySpanExporter()),
    new BatchSpanProcessor(new InMemorySpanExporter()),
  ],
  logRecordProcessors: [new OwnLogProcessor(), new SimpleLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() })],
  metricReaders: [reader, new OwnReader()],
  sampler: samplers[0],
  instrumentations: [own, new PgInstrumentation()],
};
setupOtel(options);
export const body = (record: ReadableLogRecord): unknown => record.body;
`;

/** What the compiler finds wrong with a program beside the built package, its declarations included. */
function typeErrors(text: string, extension: 'mts' | 'cts'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'otelier-sdk-types-')));
  try {
    symlinkSync(join(workspaceRoot, 'packages/core/node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, `program.${extension}`), text);
    const built = join(workspaceRoot, 'packages/core/dist', extension === 'mts' ? '' : 'types');
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      target: 'es2022',
      lib: ['es2023'],
      module: 'nodenext',
      esModuleInterop: true,
      types: ['node'],
      typeRoots: [join(workspaceRoot, 'node_modules/@types')],
      paths: { '@otelier/core': [join(built, 'index.d.ts')] },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['program.*'] }));
    const compiler = join(workspaceRoot, 'node_modules/typescript/bin/tsc');
    return spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the published types', () => {
  it.each(['mts', 'cts'] as const)('take what is made with the packages of OpenTelemetry, in a .%s file', (extension) => {
    expect(typeErrors(program, extension)).toBe('');
  });

  it('do not take anything', () => {
    const wrong = "import { setupOtel } from '@otelier/core';\nsetupOtel({ spanProcessors: [{ onStart() {} }] });\n";

    expect(typeErrors(wrong, 'mts')).toContain('error TS');
  });
});
