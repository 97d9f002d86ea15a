import { context, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { clearProblems, listProblems } from '../../src/diagnostics/report.js';
import { DeliveryReporter } from '../../src/pipeline/delivery-reporter.js';
import { GatheredRecords } from '../../src/pipeline/gathered-records.js';
import { PlainRecords } from '../../src/pipeline/plain-records.js';
import { SpanPipeline } from '../../src/pipeline/span-pipeline.js';
import type { WaitingRecords } from '../../src/pipeline/waiting-records.js';
import { HeldExporter } from './held-exporter.js';

let exporter: HeldExporter;
let pipeline: SpanPipeline;

beforeEach(() => {
  clearProblems();
  exporter = new HeldExporter();
  pipeline = createPipeline(new PlainRecords(exporter, 512));
});

afterEach(async () => {
  const ending = pipeline.shutdown();
  await exporter.answerAll();
  await ending;
});

function createPipeline(waiting: WaitingRecords<ReadableSpan>): SpanPipeline {
  return new SpanPipeline({
    name: 'collector (http://c)',
    waiting,
    reporter: new DeliveryReporter('collector', 'http://c'),
    limits: {
      maxQueueSize: 20_000,
      maxQueueBytes: 1_000_000,
      maxBatchSize: 512,
      scheduleDelayMillis: 1000,
      exportTimeoutMillis: 30_000,
    },
  });
}

function endSpans(count: number, traceFlags = TraceFlags.SAMPLED): void {
  for (const number of Array(count).keys()) {
    pipeline.onEnd({ name: `span ${number}`, spanContext: () => ({ traceId: '1', spanId: '1', traceFlags }) } as ReadableSpan);
  }
}

function batchSizes(): number[] {
  return exporter.batches.map((batch) => batch.length);
}

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await new Promise(setImmediate);
  return settled;
}

describe('the pipeline of one destination', () => {
  it('sends batches of at most 512 spans, in order, one at a time', async () => {
    endSpans(1100);
    expect(batchSizes()).toEqual([512]);
    await exporter.answer();
    expect(batchSizes()).toEqual([512, 512]);
    await exporter.answer();
    expect(batchSizes()).toEqual([512, 512]);
    const flushed = pipeline.forceFlush();
    await new Promise(setImmediate);
    expect(batchSizes()).toEqual([512, 512, 76]);
    await exporter.answer();
    await flushed;
    const names = exporter.batches.flat().map((span) => span.name);
    expect(names).toEqual(Array.from({ length: 1100 }, (_, number) => `span ${number}`));
    expect(pipeline.counts).toEqual({ exported: 1100, failed: 0, dropped: 0 });
  });

  it('sends a batch when it is whole, however many of its spans are still gathered', () => {
    pipeline = createPipeline(new GatheredRecords(new PlainRecords(exporter, 100), 100));
    endSpans(99);
    expect(batchSizes()).toEqual([]);
    endSpans(1);
    expect(batchSizes()).toEqual([100]);
  });

  it('settles a flush only when the batch in flight and all that ended before are answered', async () => {
    endSpans(512);
    endSpans(3);
    const flush = pipeline.forceFlush();
    expect(await isSettled(flush)).toBe(false);
    await exporter.answer();
    expect(await isSettled(flush)).toBe(false);
    await exporter.answer();
    expect(await isSettled(flush)).toBe(true);
    expect(batchSizes()).toEqual([512, 3]);
  });

  it('settles a flush at once when nothing waits, and does not let it wait for what ends later', async () => {
    expect(await isSettled(pipeline.forceFlush())).toBe(true);
    endSpans(1);
    const flush = pipeline.forceFlush();
    endSpans(2);
    await exporter.answer();
    expect(await isSettled(flush)).toBe(true);
    expect(pipeline.counts.exported).toBe(1);
  });

  it('settles a flush also when the batch fails', async () => {
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    endSpans(2);
    const flush = pipeline.forceFlush();
    await exporter.answer(new Error('refused'));
    await flush;
    expect(pipeline.counts).toEqual({ exported: 0, failed: 2, dropped: 0 });
  });

  it('drops what a burst has too much, says so once, and accounts for every span', async () => {
    expectDiagnostics('OTELIER_SPANS_DROPPED');
    endSpans(25_000);
    const waitingAtFirst = 512 + 20_000;
    expect(pipeline.counts).toEqual({ exported: 0, failed: 0, dropped: 25_000 - waitingAtFirst });
    await exporter.answer();
    expect(pipeline.counts).toEqual({ exported: 512, failed: 0, dropped: 25_000 - waitingAtFirst });
    endSpans(512);
    const flush = pipeline.forceFlush();
    await exporter.answerAll();
    await flush;
    expect(pipeline.counts).toEqual({ exported: waitingAtFirst + 512, failed: 0, dropped: 25_000 - waitingAtFirst });
    expect(listProblems()).toEqual([
      {
        code: 'OTELIER_SPANS_DROPPED',
        message: 'Spans for collector (http://c) are dropped: 20000 spans were waiting already.',
        count: 25_000 - waitingAtFirst,
      },
    ]);
  });

  verifies('X3', 'drops what its queue has no room for in bytes, and says so', async () => {
    expectDiagnostics('OTELIER_SPANS_DROPPED');
    const waiting = new PlainRecords(exporter, 512);
    pipeline = createPipeline(Object.assign(waiting, { add: () => 1 }));
    endSpans(2);
    await pipeline.forceFlush();
    expect(pipeline.counts).toEqual({ exported: 0, failed: 0, dropped: 2 });
    expect(listProblems()).toMatchObject([
      { message: 'Spans for collector (http://c) are dropped: no more than 1000000 bytes of spans may wait.', count: 2 },
    ]);
  });

  it('leaves out those whose request turns out to be ignored while they wait', async () => {
    const request = { ignored: false };
    pipeline.requestOf = ({ name }) => (name === 'span 1' ? request : undefined);
    endSpans(3);
    request.ignored = true;
    const flush = pipeline.forceFlush();
    await exporter.answerAll();
    await flush;
    expect(exporter.batches.map((batch) => batch.map(({ name }) => name))).toEqual([['span 0', 'span 2']]);
    expect(pipeline.counts).toEqual({ exported: 2, failed: 0, dropped: 0 });
  });

  it('holds no request that is decided on with the spans that wait', async () => {
    const waiting = new PlainRecords(exporter, 512);
    const add = jest.spyOn(waiting, 'add');
    pipeline = createPipeline(waiting);
    const request = { ignored: false, isDecided: false };
    pipeline.requestOf = () => request;
    endSpans(1);
    request.isDecided = true;
    endSpans(1);
    expect(add.mock.calls.map(([, owner]) => owner)).toEqual([request, undefined]);
  });

  it('leaves out spans that are not sampled', async () => {
    endSpans(600, TraceFlags.NONE);
    await pipeline.forceFlush();
    expect(exporter.batches).toEqual([]);
    expect(pipeline.counts).toEqual({ exported: 0, failed: 0, dropped: 0 });
  });

  it('has no place in its queue for spans that are left out', async () => {
    pipeline.requestOf = () => ({ ignored: true });
    endSpans(25_000);
    await pipeline.forceFlush();
    expect(exporter.batches).toEqual([]);
    expect(pipeline.counts).toEqual({ exported: 0, failed: 0, dropped: 0 });
  });

  it('keeps the requests of the exporter from being traced', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    endSpans(512);
    await exporter.answerAll();
    context.disable();
    expect(exporter.suppressed).toEqual([true]);
  });

  for (const thrown of [new Error('can not be serialised'), 'a text']) {
    it(`counts the spans of an exporter that throws ${typeof thrown} as failed`, async () => {
      expectDiagnostics('OTELIER_EXPORT_FAILED');
      const broken: SpanExporter = {
        export: () => {
          throw thrown;
        },
        shutdown: () => Promise.resolve(),
      };
      pipeline = createPipeline(new PlainRecords(broken, 512));
      endSpans(3);
      await pipeline.forceFlush();
      expect(pipeline.counts).toEqual({ exported: 0, failed: 3, dropped: 0 });
    });
  }

  it('sends what is left at its shutdown, and drops what ends afterwards', async () => {
    expectDiagnostics('OTELIER_SPANS_DROPPED');
    endSpans(3);
    const ending = pipeline.shutdown();
    endSpans(2);
    await exporter.answer();
    await ending;
    expect(exporter.isShutDown).toBe(true);
    expect(batchSizes()).toEqual([3]);
    expect(pipeline.counts).toEqual({ exported: 3, failed: 0, dropped: 2 });
    expect(listProblems().map(({ message }) => message)).toEqual([
      'Spans for collector (http://c) are dropped: the set-up was shut down.',
    ]);
  });
});
