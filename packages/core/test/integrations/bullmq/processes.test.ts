import { withSpan } from '@otelier/core';
import { describeWith, startOtlpSink, testPostgres, verifies, type OtlpSink, type Program, type ReceivedSpan } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { QueueEvents } from 'bullmq';
import { startProcess } from '../../test-process';
import { ObservedQueue, redisAddress } from './observed-queue';

/** Where the worker runs its jobs. */
type Place = 'here' | 'fork' | 'thread';

let sink: OtlpSink;
let telemetry: TelemetryProbe;
let jobs: ObservedQueue;

beforeAll(() => {
  telemetry = new TelemetryProbe();
});
afterAll(() => telemetry.otel.shutdown());

async function startWorker(place: Place): Promise<Program> {
  const program = await startProcess('bullmq-worker.mjs', {
    args: [jobs.name, place],
    endpoint: sink.url,
    env: {
      TEST_REDIS: JSON.stringify(await redisAddress()),
      TEST_DATABASE_URL: (await testPostgres()).url,
      OTEL_SERVICE_NAME: 'worker',
      // The folders that the tests' own runner adds.
      NODE_PATH: '',
    },
  });
  await program.line(/^ready$/);
  return program;
}

/** Adds a job within a request, lets the worker end with it, and gives the request's trace. */
async function runOneJob(place: Place, name: string): Promise<string> {
  const events = new QueueEvents(jobs.name, { connection: await redisAddress() });
  const [program] = await Promise.all([startWorker(place), events.waitUntilReady()]);
  const [job, traceId] = await withSpan('request', async (span) => {
    return [await jobs.queue.add(name, {}), span.spanContext().traceId] as const;
  });
  await job.waitUntilFinished(events).catch(() => {});
  await events.close();
  program.kill('SIGTERM');
  expect(await program.exit).toMatchObject({ code: 0, signal: null, stderr: '' });
  return traceId;
}

const named = (name: string): ReceivedSpan | undefined => sink.spans().find((span) => span.name.startsWith(name));
const instance = (span: ReceivedSpan | undefined): unknown => span?.resource['service.instance.id'];

describeWith('redis', 'a worker of BullMQ in a process of its own', () => {
  describeWith('postgres', 'that asks a database', () => {
    beforeEach(async () => {
      [sink, jobs] = await Promise.all([startOtlpSink(), ObservedQueue.open()]);
      await telemetry.clear();
    });
    afterEach(() => Promise.all([sink.close(), jobs.close()]));

    verifies('D11', 'sets itself up and goes on with the trace of the request', async () => {
      const traceId = await runOneJob('here', 'confirm');
      const [consumer, work, query] = ['process ', 'work', 'SELECT'].map(named);
      const producer = await telemetry.span(({ name }) => name.startsWith('add '));
      expect(consumer).toMatchObject({ traceId, kind: 'CONSUMER', parentSpanId: producer.spanContext().spanId });
      expect(work).toMatchObject({ traceId, parentSpanId: consumer?.spanId });
      expect(query).toMatchObject({ traceId, kind: 'CLIENT', parentSpanId: work?.spanId });
      expect(sink.spans().filter((span) => span.traceId !== traceId)).toEqual([]);
    });

    describe.each(['fork', 'thread'] as const)('and runs jobs in a %s', (place) => {
      verifies(['D11', 'P2'], 'has what they do in the same trace, beneath its own span', async () => {
        const traceId = await runOneJob(place, 'confirm');
        const [consumer, run, query] = ['process ', 'run ', 'SELECT'].map(named);
        expect(consumer).toMatchObject({ traceId, kind: 'CONSUMER' });
        expect(run).toMatchObject({ traceId, kind: 'INTERNAL', parentSpanId: consumer?.spanId });
        expect(run?.attributes).toMatchObject({ 'bullmq.queue.name': jobs.name, 'bullmq.job.name': 'confirm' });
        expect(query).toMatchObject({ traceId, kind: 'CLIENT', parentSpanId: run?.spanId });
        expect(sink.spans().filter((span) => span.traceId !== traceId)).toEqual([]);
        expect([typeof instance(run), typeof instance(consumer)]).toEqual(['string', 'string']);
        expect(instance(run)).not.toBe(instance(consumer));
        expect(instance(query)).toBe(instance(run));
        expect([run, consumer].map((span) => span?.resource['service.name'])).toEqual(['worker', 'worker']);
      });

      verifies('D11', 'makes errors of both spans of a job that fails there', async () => {
        await runOneJob(place, 'failing');
        const [consumer, run] = ['process ', 'run '].map(named);
        for (const span of [consumer, run]) {
          expect(span?.status).toEqual({ code: 'ERROR', message: 'out of stock' });
          expect(span?.events.filter(({ name }) => name === 'exception')).toHaveLength(1);
        }
        expect(run?.attributes['error.type']).toBe('RangeError');
      });
    });
  });
});
