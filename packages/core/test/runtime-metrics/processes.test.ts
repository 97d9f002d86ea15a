import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../test-process.js';

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});

afterEach(() => sink.close());

const OF_A_THREAD = [
  'nodejs.eventloop.delay.max',
  'nodejs.eventloop.delay.mean',
  'nodejs.eventloop.delay.min',
  'nodejs.eventloop.delay.p50',
  'nodejs.eventloop.delay.p90',
  'nodejs.eventloop.delay.p99',
  'nodejs.eventloop.delay.stddev',
  'nodejs.eventloop.time',
  'nodejs.eventloop.utilization',
  'v8js.gc.duration',
  'v8js.memory.heap.space.available_size',
  'v8js.memory.heap.space.physical_size',
  'v8js.memory.heap.space.size',
  'v8js.memory.heap.used',
  'v8js.resource.active',
];
const OF_THE_PROCESS = ['process.cpu.time', 'process.cpu.utilization', 'process.memory.usage', 'process.uptime'];

function namesOf(service: string): string[] {
  const metrics = sink.metrics().filter(({ resource }) => resource['service.name'] === service);
  return [...new Set(metrics.map(({ name }) => name))].toSorted();
}

describe('the metrics of the runtime', () => {
  verifies('M6', 'tell of each thread, and of the process in its main thread, and let it end', async () => {
    const program = await startProcess('runtime-metrics.mjs', { endpoint: sink.url, nodeArgs: ['--expose-gc'] });
    const { code, stderr } = await program.exit;
    expect([code, stderr]).toEqual([0, '']);
    expect(namesOf('main')).toEqual([...OF_A_THREAD, ...OF_THE_PROCESS].toSorted());
    expect(namesOf('worker')).toEqual(OF_A_THREAD);
  });
});

describe('instruments made before the set-up of a process', () => {
  for (const name of ['early-instruments.mjs', 'early-instruments.cjs']) {
    verifies('M7', `are exported by ${name}`, async () => {
      const program = await startProcess(name, { endpoint: sink.url });
      const { code, stderr } = await program.exit;
      expect([code, stderr]).toEqual([0, '']);
      const valueOf = (metric: string): number | undefined =>
        sink.metrics().findLast((received) => received.name === metric)?.dataPoints[0]?.value;
      expect([valueOf('shop.orders'), valueOf('shop.stock')]).toEqual([3, 5]);
    });
  }
});
