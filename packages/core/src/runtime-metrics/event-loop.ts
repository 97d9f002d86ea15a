import { monitorEventLoopDelay, performance, type IntervalHistogram } from 'node:perf_hooks';
import type { Meter, Observable } from '@opentelemetry/api';
import { observeTogether } from './observations.js';
import { RecentReading } from './recent-reading.js';

/** How often the delay is sampled. Node reports the time between two samples: an idle loop shows about this. */
const RESOLUTION_MILLIS = 20;

const NANOS = 1e9;

type DelayReading = Readonly<Record<(typeof DELAYS)[number], number>>;

const DELAYS = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'] as const;

/**
 * Observes the event loop of this thread: how late it is, and how much of the time it works.
 *
 * @returns the undo
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/runtime/nodejs-metrics.md
 */
export function observeEventLoop(meter: Meter): () => void {
  // Its timer is Node's own and does not keep the process alive.
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MILLIS });
  histogram.enable();
  const undos = [observeDelay(meter, histogram), observeTime(meter), () => void histogram.disable()];
  return () => undos.forEach((undo) => undo());
}

function observeDelay(meter: Meter, histogram: IntervalHistogram): () => void {
  const gauges = DELAYS.map((name): [(typeof DELAYS)[number], Observable] => [
    name,
    meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, { description: `Event loop delay: ${name}.`, unit: 's' }),
  ]);
  const delays = new RecentReading(() => readDelay(histogram));
  return observeTogether(meter, gauges.map(([, gauge]) => gauge), (observe) => {
    const delay = delays.read();
    gauges.forEach(([name, gauge]) => delay && observe(gauge, delay[name]));
  });
}

/** `undefined` when nothing was sampled: the numbers of an empty histogram mean nothing. */
function readDelay(histogram: IntervalHistogram): DelayReading | undefined {
  if (histogram.count === 0) {
    return undefined;
  }
  const { min, max, mean, stddev } = histogram;
  const [p50, p90, p99] = [50, 90, 99].map((percentile) => histogram.percentile(percentile));
  const nanos = { min, max, mean, stddev, p50, p90, p99 };
  histogram.reset();
  return Object.fromEntries(DELAYS.map((name) => [name, (nanos[name] ?? 0) / NANOS])) as unknown as DelayReading;
}

function observeTime(meter: Meter): () => void {
  const time = meter.createObservableCounter('nodejs.eventloop.time', {
    description: 'Cumulative duration of time the event loop has been in each state.',
    unit: 's',
  });
  const utilization = meter.createObservableGauge('nodejs.eventloop.utilization', {
    description: 'Event loop utilization.',
    unit: '1',
  });
  let before = performance.eventLoopUtilization();
  const utilizations = new RecentReading(() => {
    const now = performance.eventLoopUtilization();
    const since = performance.eventLoopUtilization(now, before);
    before = now;
    return since.utilization;
  });
  return observeTogether(meter, [time, utilization], (observe) => {
    const { active, idle } = performance.eventLoopUtilization();
    observe(time, active / 1000, { 'nodejs.eventloop.state': 'active' });
    observe(time, idle / 1000, { 'nodejs.eventloop.state': 'idle' });
    observe(utilization, utilizations.read());
  });
}
