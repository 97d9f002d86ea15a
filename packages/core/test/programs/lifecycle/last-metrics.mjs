// Measures before and after a collection. Arguments: how it ends (`collecting` garbage behind the last flush), the
// temporality, whether an instrument throws.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { metrics } from '@opentelemetry/api';
import { setupOtel } from '@otelier/core';

const [ending, temporality, throwing] = process.argv.slice(2);
process.env['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'] = temporality;

const otel = setupOtel({ serviceName: 'lifecycle' });
const meter = metrics.getMeter('lifecycle');
const jobs = meter.createCounter('jobs');
jobs.add(2);
meter.createObservableGauge('depth').addCallback((result) => {
  if (throwing === 'throwing' && isOver) {
    throw new Error('no depth any more');
  }
  result.observe(41, { queue: 'a' });
});
const width = meter.createObservableGauge('width');
meter.addBatchObservableCallback((result) => result.observe(width, 42), [width]);
let calls = 0;
meter.createObservableGauge('asked').addCallback((result) => result.observe((calls += 1)));
let laterCalls = 0;
meter.createObservableGauge('later').addCallback(async (result) => {
  laterCalls += 1;
  const answer = laterCalls;
  await Promise.resolve();
  result.observe(answer);
});
let isOver = false;
await otel.flush();
isOver = true;
jobs.add(5);
meter.createHistogram('seconds').record(1.5);
if (ending === 'exit') {
  process.exit(3);
}
if (ending === 'collecting') {
  setFlagsFromString('--expose-gc');
  let turns = 0;
  process.on('beforeExit', () => {
    if ((turns += 1) <= 5) {
      runInNewContext('gc')();
      // The runtime is told of it in a later turn.
      setTimeout(() => {}, 5);
    }
  });
}
