import { availableParallelism } from 'node:os';
import { ValueType, type Meter } from '@opentelemetry/api';
import { observeTogether } from './observations.js';
import { RecentReading } from './recent-reading.js';

const MICROS = 1e6;

const MODES = ['user', 'system'] as const;

/**
 * Observes what the process as a whole takes: in one of its threads, since all would tell the same.
 *
 * @returns the undo
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/system/process-metrics.md
 */
export function observeProcess(meter: Meter): () => void {
  const time = meter.createObservableCounter('process.cpu.time', {
    description: 'Total CPU seconds broken down by different CPU modes.',
    unit: 's',
  });
  const utilization = meter.createObservableGauge('process.cpu.utilization', {
    description: 'CPU time since the last measurement, divided by the elapsed time and the CPUs available to the process.',
    unit: '1',
  });
  const memory = meter.createObservableUpDownCounter('process.memory.usage', {
    description: 'The amount of physical memory in use.',
    unit: 'By',
    valueType: ValueType.INT,
  });
  const uptime = meter.createObservableGauge('process.uptime', {
    description: 'The time the process has been running.',
    unit: 's',
  });
  const utilizations = new RecentReading(cpuUtilization());
  return observeTogether(meter, [time, utilization, memory, uptime], (observe) => {
    const used = process.cpuUsage();
    const share = utilizations.read();
    MODES.forEach((mode) => {
      observe(time, used[mode] / MICROS, { 'cpu.mode': mode });
      observe(utilization, share[mode], { 'cpu.mode': mode });
    });
    observe(memory, process.memoryUsage.rss());
    observe(uptime, process.uptime());
  });
}

function cpuUtilization(): () => NodeJS.CpuUsage {
  let before = { used: process.cpuUsage(), at: process.hrtime.bigint() };
  return () => {
    const now = { used: process.cpuUsage(), at: process.hrtime.bigint() };
    const availableMicros = (Number(now.at - before.at) / 1000) * availableParallelism();
    const share = (mode: (typeof MODES)[number]): number => (now.used[mode] - before.used[mode]) / availableMicros;
    const shares = { user: share('user'), system: share('system') };
    before = now;
    return shares;
  };
}
