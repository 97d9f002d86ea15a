import { context, createContextKey, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { bullmqProcessor, bullmqTelemetry, withSpan } from '@otelier/core';
import { describeWith, expectDiagnostics, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { Job } from 'bullmq';
import { ObservedQueue, paths, times } from './bullmq/observed-queue';

const ELSEWHERE = createContextKey('elsewhere');

let telemetry: TelemetryProbe;
let jobs: ObservedQueue;

const ofKind = (kind: SpanKind): readonly ReadableSpan[] => telemetry.spans().filter((span) => span.kind === kind);
const consumers = (): readonly ReadableSpan[] => ofKind(SpanKind.CONSUMER);
const traceIds = (spans: readonly ReadableSpan[]): Set<string> => new Set(spans.map((span) => span.spanContext().traceId));
/** The attempts are over when their spans are: the worker tells of a job's end within its span. */
const attempts = (count: number): Promise<readonly ReadableSpan[]> => telemetry.waitFor(() => consumers().length >= count);

describeWith('redis', 'BullMQ', () => {
  beforeAll(() => {
    telemetry = new TelemetryProbe();
  });
  beforeEach(async () => {
    jobs = await ObservedQueue.open();
    await telemetry.clear();
  });
  afterEach(() => jobs.close());
  afterAll(() => telemetry.otel.shutdown());

  verifies('D11', 'makes one trace of the request, what it adds, and the job with what it does', async () => {
    await jobs.worker(() => withSpan('work', () => 'done'));
    await withSpan('request', () => jobs.queue.add('confirm', {}));
    await attempts(1);
    expect(paths(telemetry.spans(), jobs.name)).toEqual([
      'request',
      'request > add orders.confirm',
      'request > add orders.confirm > EVALSHA',
      'request > add orders.confirm > process orders',
      'request > add orders.confirm > process orders > complete orders',
      'request > add orders.confirm > process orders > complete orders > EVALSHA',
      'request > add orders.confirm > process orders > work',
    ]);
  });

  verifies('D11', 'describes queue and job in the names of the conventions', async () => {
    await jobs.worker(() => 'done');
    const { id } = await jobs.queue.add('confirm', {});
    await attempts(1);
    const common = { 'messaging.system': 'bullmq', 'messaging.destination.name': jobs.name, 'messaging.message.id': id };
    expect(ofKind(SpanKind.PRODUCER)[0]?.attributes).toMatchObject({
      ...common,
      'messaging.operation.name': 'add',
      'messaging.operation.type': 'send',
    });
    expect(consumers()[0]?.attributes).toMatchObject({
      ...common,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'bullmq.job.name': 'confirm',
    });
    expect(consumers()[0]?.status.code).toBe(SpanStatusCode.UNSET);
  });

  verifies('D11', 'makes an error of each failed attempt, with its exception once, in the trace of the first', async () => {
    const worker = await jobs.worker(() => {
      throw new RangeError('out of stock');
    });
    await Promise.all([
      times(worker, 'failed', 2),
      withSpan('request', () => jobs.queue.add('confirm', {}, { attempts: 2, backoff: 1 })),
    ]);
    const spans = await attempts(2);
    expect(traceIds(spans).size).toBe(1);
    for (const span of consumers()) {
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'out of stock' });
      expect(span.attributes['error.type']).toBe('RangeError');
      expect(span.events.filter(({ name }) => name === 'exception').map(({ attributes }) => attributes)).toEqual([
        {
          'exception.type': 'RangeError',
          'exception.message': 'out of stock',
          'exception.stacktrace': expect.stringContaining('bullmq.test') as string,
        },
      ]);
    }
    expect(spans.filter(({ status }) => status.code === SpanStatusCode.ERROR)).toHaveLength(2);
  });

  verifies('D11', 'takes no job for failed that an attempt puts off', async () => {
    const { DelayedError } = await import('bullmq');
    let isFirst = true;
    await jobs.worker(async (job: Job, token) => {
      if (isFirst) {
        isFirst = false;
        await job.moveToDelayed(Date.now() + 1, token);
        throw new DelayedError();
      }
    });
    await jobs.queue.add('confirm', {});
    await attempts(2);
    expect(consumers().map(({ status, events }) => [status.code, events.map(({ name }) => name)])).toEqual([
      [SpanStatusCode.UNSET, []],
      [SpanStatusCode.UNSET, ['job completed']],
    ]);
  });

  verifies(['D11', 'X6'], 'records nothing of what a job gets, reports and returns', async () => {
    await jobs.worker(async (job: Job) => {
      await job.updateProgress({ card: 'hunter2' });
      return { card: 'hunter2' };
    });
    await withSpan('request', () => jobs.queue.add('confirm', { card: 'hunter2' }));
    const spans = await attempts(1);
    expect(JSON.stringify(spans.map(({ attributes, events, status }) => [attributes, events, status]))).not.toContain('hunter2');
  });

  verifies('D11', 'puts the jobs of a bulk beneath the span that added them', async () => {
    await jobs.worker(() => 'done', { concurrency: 3 });
    await withSpan('request', () => jobs.queue.addBulk(['a', 'b', 'c'].map((name) => ({ name, data: {} }))));
    await attempts(3);
    const [bulk, ...others] = ofKind(SpanKind.PRODUCER);
    expect(others).toEqual([]);
    expect(bulk?.attributes['messaging.batch.message_count']).toBe(3);
    expect(consumers().map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
      Array(3).fill(bulk?.spanContext().spanId),
    );
  });

  verifies('D11', 'keeps a flow in one trace, also its nodes without options', async () => {
    await jobs.worker(() => 'done');
    const children = [
      { name: 'child', queueName: jobs.name },
      { name: 'child', queueName: jobs.name, opts: { attempts: 2 } },
    ];
    await withSpan('request', () => jobs.flows.add({ name: 'parent', queueName: jobs.name, children }));
    const spans = await attempts(3);
    expect(traceIds(spans).size).toBe(1);
    const nodes = ofKind(SpanKind.PRODUCER).filter(({ name }) => name.startsWith('addNode'));
    expect(consumers().map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
      expect.arrayContaining(nodes.map((span) => span.spanContext().spanId)),
    );
    expect(nodes).toHaveLength(3);
  });

  verifies('D11', 'starts a trace with each further job of a scheduler, and leaves out its own scheduling', async () => {
    const worker = await jobs.worker(() => 'done');
    const [, job] = await Promise.all([
      times(worker, 'completed', 3),
      withSpan('request', () => jobs.queue.upsertJobScheduler('often', { every: 20, limit: 3 })),
    ]);
    await attempts(3);
    expect(job?.id).toMatch(/^repeat:/);
    expect(traceIds(consumers()).size).toBe(3);
    expect(ofKind(SpanKind.PRODUCER)).toHaveLength(1);
    const roots = telemetry.spans().filter(({ parentSpanContext }) => parentSpanContext === undefined);
    expect(paths(roots, jobs.name)).toEqual(['process orders', 'process orders', 'request']);
  });

  verifies('D11', 'leaves jobs of a scheduler without a context where the application wants that', async () => {
    const seen: unknown[] = [];
    const worker = await jobs.worker((job: Job) => seen.push(job.opts.telemetry));
    await Promise.all([
      times(worker, 'completed', 2),
      jobs.queue.upsertJobScheduler('often', { every: 20, limit: 2 }, { opts: { telemetry: { omitContext: true } } }),
    ]);
    await attempts(2);
    expect(seen).toMatchObject([{ omitContext: true }, { omitContext: true }]);
  });

  verifies('D11', 'keeps a delayed job in the trace of whoever added it', async () => {
    await jobs.worker(() => 'done');
    await withSpan('request', () => jobs.queue.add('later', {}, { delay: 20 }));
    const spans = await attempts(1);
    expect(traceIds(spans).size).toBe(1);
  });

  verifies(['D1', 'D11'], 'leaves no spans of a worker that has nothing to do', async () => {
    const worker = await jobs.worker(() => 'done', { stalledInterval: 10, lockDuration: 20, drainDelay: 0.01 });
    const polls = 20;
    for (let seen = 0; seen < polls; seen += 1) {
      await worker.startStalledCheckTimer();
    }
    await worker.close();
    expect(telemetry.spans()).toEqual([]);
  });

  verifies(['R12', 'R13', 'D11'], 'keeps two hundred jobs of as many requests apart', async () => {
    const seen: [string, string | undefined][] = [];
    await jobs.worker(
      async (job: Job<{ traceId: string }>) => {
        await jobs.queue.count();
        seen.push([job.data.traceId, trace.getActiveSpan()?.spanContext().traceId]);
      },
      { concurrency: 50 },
    );
    await Promise.all(
      Array.from({ length: 200 }, () =>
        withSpan('request', (span) => jobs.queue.add('confirm', { traceId: span.spanContext().traceId })),
      ),
    );
    await attempts(200);
    expect(new Set(seen.map(([given]) => given)).size).toBe(200);
    expect(seen.filter(([given, active]) => given !== active)).toEqual([]);
  });

  verifies(['R12', 'D11'], 'polls and starts jobs outside the request in which the worker was made', async () => {
    await withSpan('request', async () => {
      await jobs.startWorker(() => 'done', { drainDelay: 0.01 }).waitUntilReady();
      for (let count = 1; count <= 3; count += 1) {
        await context.with(ROOT_CONTEXT, () => jobs.queue.add('confirm', {}, { telemetry: { omitContext: true } }));
        await attempts(count);
      }
    });
    const request = await telemetry.span(({ name }) => name === 'request');
    expect(traceIds(consumers()).size).toBe(3);
    expect(traceIds([request, ...consumers()]).size).toBe(4);
    const within = telemetry.spans().filter((span) => traceIds([request]).has(span.spanContext().traceId));
    // BullMQ asks each connection that it opens for the server's version.
    expect(within.map(({ name }) => name).filter((name) => name !== 'INFO')).toEqual(['request']);
  });

  verifies('D11', 'carries the baggage of the request to the job', async () => {
    const seen = new Promise((resolve) => {
      void jobs.worker(() => resolve(propagation.getActiveBaggage()?.getEntry('tenant')?.value));
    });
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
    await context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () => jobs.queue.add('confirm', {}));
    expect(await seen).toBe('acme');
  });

  verifies(['X6', 'D11'], 'processes a job whose context is none', async () => {
    await jobs.worker(() => 'done');
    for (const metadata of ['{', 'null', '[1]', '"text"', '{"traceparent":7}', `{"traceparent":"${'0'.repeat(10_000)}"}`]) {
      await jobs.queue.addBulk([{ name: 'confirm', data: {}, opts: { telemetry: { metadata } } }]);
    }
    await attempts(6);
    expect(consumers().map(({ parentSpanContext, status }) => [parentSpanContext, status.code])).toEqual(
      Array(6).fill([undefined, SpanStatusCode.UNSET]),
    );
  });

  verifies('D11', 'makes an error of a job that can not be added, and rejects as BullMQ does', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    await expect(jobs.queue.add('confirm', circular)).rejects.toThrow(TypeError);
    const [span] = ofKind(SpanKind.PRODUCER);
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes['error.type']).toBe('TypeError');
    expect(span?.events.map(({ name }) => name)).toEqual(['exception']);
  });

  verifies(['X6', 'D11'], 'bounds the names that it records of a large bulk', async () => {
    const name = 'n'.repeat(5000);
    await jobs.queue.addBulk(Array.from({ length: 300 }, () => ({ name, data: {} })));
    const [bulk] = ofKind(SpanKind.PRODUCER);
    expect(bulk?.attributes['bullmq.job.bulk.names']).toEqual(Array(128).fill(name.slice(0, 1024)));
    expect(bulk?.attributes['messaging.batch.message_count']).toBe(300);
  });

  verifies('D11', "counts the jobs in BullMQ's own metrics where that is asked for", async () => {
    const measured = await ObservedQueue.open({ metrics: true });
    await measured.worker(() => 'done');
    await measured.queue.add('confirm', {});
    await attempts(1);
    expect(await telemetry.metric('bullmq.jobs.completed')).toMatchObject([
      { attributes: { 'bullmq.queue.name': measured.name }, sum: 1 },
    ]);
    await measured.close();
  });
});

describe('bullmqTelemetry()', () => {
  beforeAll(() => {
    telemetry = new TelemetryProbe();
  });
  beforeEach(() => telemetry.clear());
  afterAll(() => telemetry.otel.shutdown());

  verifies('D11', 'takes a job that is completed in the end for no failure, whatever BullMQ met on the way', () => {
    const span = bullmqTelemetry().tracer.startSpan('process orders', { kind: SpanKind.CONSUMER });
    span.recordException('Connection is closed.');
    span.addEvent('job completed');
    span.end();
    const [consumer] = consumers();
    expect([consumer?.status.code, consumer?.events.map(({ name }) => name)]).toEqual([SpanStatusCode.UNSET, ['job completed']]);
  });

  verifies('D11', 'tells of a failure that has no more than a message', () => {
    const span = bullmqTelemetry().tracer.startSpan('process orders', { kind: SpanKind.CONSUMER });
    span.recordException('Connection is closed.');
    span.recordException('Missing lock for job 1. moveToFinished');
    span.end();
    const [consumer] = consumers();
    expect(consumer?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'Missing lock for job 1. moveToFinished' });
    expect(consumer?.attributes['error.type']).toBe('_OTHER');
    expect(consumer?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['exception', { 'exception.message': 'Missing lock for job 1. moveToFinished' }],
    ]);
  });

  verifies(['R12', 'D11'], 'starts a trace with a job that brings none, wherever it is fetched', () => {
    const { tracer, contextManager } = bullmqTelemetry();
    const seen = withSpan('elsewhere', () => {
      const fetched = contextManager.fromMetadata(context.active(), '{}');
      const span = tracer.startSpan('process orders', { kind: SpanKind.CONSUMER });
      const within = span.setSpanOnContext(context.active().setValue(ELSEWHERE, true));
      span.end();
      return [trace.getSpan(fetched), within.getValue(ELSEWHERE)];
    });
    expect(seen).toEqual([undefined, undefined]);
    expect(consumers()[0]?.parentSpanContext).toBeUndefined();
  });

  verifies(['X6', 'D11'], 'adds jobs also where their context can not be written', async () => {
    const inject = jest.spyOn(propagation, 'inject').mockImplementation(() => {
      throw new Error('no propagator');
    });
    expectDiagnostics('OTELIER_INTERNAL_ERROR');
    expect(bullmqTelemetry().contextManager.getMetadata(ROOT_CONTEXT)).toBe('{}');
    inject.mockRestore();
  });

  verifies('D11', 'refuses options that do not exist', () => {
    expect(() => bullmqTelemetry({ metric: true } as object)).toThrow(
      '[otelier] option bullmqTelemetry().metric: there is no such option. Allowed: otel, metrics, bullmqOtel.',
    );
  });

  verifies('D11', 'says what it can not use in place of bullmq-otel', () => {
    expect(() => bullmqTelemetry({ otel: false, bullmqOtel: {} })).toThrow(/bullmq-otel has no BullMQOTelSpan/);
  });
});

describe('bullmqProcessor()', () => {
  verifies('D11', 'adds nothing where the worker runs the processor itself', async () => {
    const probe = new TelemetryProbe();
    const processor = bullmqProcessor(async (job: { id: string }) => job.id);
    expect(await withSpan('process orders', () => processor({ id: '7' }))).toBe('7');
    expect(probe.spans().map(({ name }) => name)).toEqual(['process orders']);
    await probe.otel.shutdown();
  });

  verifies(['X6', 'D11'], 'runs a job of which it can read nothing, in a span of its own', async () => {
    const probe = new TelemetryProbe();
    const processor = bullmqProcessor(async (job: unknown) => job);
    for (const job of [undefined, null, 7, {}, { opts: null, name: 5, queueName: {} }, { opts: { telemetry: { metadata: '{' } } }]) {
      expect(await processor(job)).toBe(job);
    }
    expect(probe.spans().map(({ name }) => name)).toEqual(Array(6).fill('run'));
    await probe.otel.shutdown();
  });

  verifies('D11', 'leaves the number of arguments, by which BullMQ decides whether to give a signal', () => {
    const none = { otel: false } as const;
    const lengths = [
      bullmqProcessor(() => 1, none),
      bullmqProcessor((_job: unknown, _token: unknown, _signal: unknown) => 1, none),
    ];
    expect(lengths.map(({ length }) => length)).toEqual([0, 3]);
  });

  verifies('D11', 'refuses what is no function', () => {
    expect(() => bullmqProcessor('./processor.js' as never)).toThrow(
      '[otelier] option bullmqProcessor(processor): "./processor.js" is not allowed. Allowed: a function.',
    );
  });
});
