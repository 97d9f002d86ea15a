// Adds a job that fails and one of a flow, in a program with everything bundled into it.
import { bullmqTelemetry, setupOtel, traceIntegration, withSpan } from '@otelier/core';
import * as bullmq from 'bullmq';
import * as bullmqOtel from 'bullmq-otel';

const otel = setupOtel({ serviceName: 'bundle' });
const undo = traceIntegration(bullmq);
const connection = JSON.parse(process.env.TEST_REDIS);
const name = process.env.TEST_QUEUE;
const telemetry = bullmqTelemetry({ bullmqOtel });
const flows = new bullmq.FlowProducer({ connection, telemetry });

async function fail() {
  throw new RangeError('out of stock');
}

const worker = new bullmq.Worker(name, fail, { connection, telemetry });
const failed = new Promise((resolve) => worker.once('failed', resolve));
await withSpan('request', () => flows.add({ name: 'order', queueName: name }));
await failed;
await worker.close();
await flows.close();
undo();
await otel.shutdown();
