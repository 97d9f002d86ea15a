import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { bullmqTelemetry, type BullmqTelemetryOptions } from '@otelier/core';
import { testRedis } from '@otelier/testkit';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { FlowProducer, Queue, Worker, type Job, type WorkerOptions } from 'bullmq';

/** What is done with a job. */
export type Work = (job: Job, token?: string) => unknown;

/** How BullMQ connects to this worker's own Redis. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  /** BullMQ wants its workers to wait for the server. */
  readonly maxRetriesPerRequest: null;
}

export async function redisAddress(): Promise<RedisAddress> {
  const { host, port, user, password, database } = await testRedis();
  return {
    host,
    port,
    ...(user === '' ? {} : { username: user }),
    ...(password === '' ? {} : { password }),
    db: Number(database),
    maxRetriesPerRequest: null,
  };
}

/** A queue of its own on the real server, with the workers and producers that a test opens. */
export class ObservedQueue {
  readonly name = `orders-${randomUUID()}`;
  readonly queue: Queue;
  readonly flows: FlowProducer;
  private readonly workers: Worker[] = [];

  private constructor(
    private readonly connection: RedisAddress,
    private readonly options: BullmqTelemetryOptions,
  ) {
    this.queue = new Queue(this.name, { connection, telemetry: bullmqTelemetry(options) });
    this.flows = new FlowProducer({ connection, telemetry: bullmqTelemetry(options) });
  }

  static async open(options: BullmqTelemetryOptions = {}): Promise<ObservedQueue> {
    const observed = new ObservedQueue(await redisAddress(), options);
    await Promise.all([observed.queue.waitUntilReady(), observed.flows.waitUntilReady()]);
    return observed;
  }

  /** A worker that is ready, made outside any request. */
  async worker(work: Work, options: Partial<WorkerOptions> = {}): Promise<Worker> {
    const worker = this.startWorker(work, options);
    await worker.waitUntilReady();
    return worker;
  }

  startWorker(work: Work, options: Partial<WorkerOptions> = {}): Worker {
    const { connection } = this;
    const worker = new Worker(this.name, async (job, token) => work(job, token), {
      connection,
      telemetry: bullmqTelemetry(this.options),
      ...options,
    });
    worker.on('error', () => {});
    this.workers.push(worker);
    return worker;
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
    await this.queue.obliterate({ force: true });
    await Promise.all([this.queue.close(), this.flows.close()]);
  }
}

/** Resolves when a worker has told of an event a number of times. */
export async function times(worker: Worker, event: 'completed' | 'failed' | 'drained', count: number): Promise<void> {
  for (let seen = 0; seen < count; seen += 1) {
    await once(worker, event);
  }
}

/** The spans beneath each other by their names, such as `request > add orders`, in the order in which they began. */
export function paths(spans: readonly ReadableSpan[], queueName: string): string[] {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const path = (span: ReadableSpan): string => {
    const parent = byId.get(span.parentSpanContext?.spanId ?? '');
    const name = span.name.replaceAll(queueName, 'orders');
    return parent === undefined ? name : `${path(parent)} > ${name}`;
  };
  return spans.map(path).toSorted();
}
