// Spans that have ended, log records, and a measurement that was made after the last collection.
import { metrics } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { setupOtel, withSpan } from '@otelier/core';

const otel = setupOtel({
  serviceName: 'lifecycle',
  shutdownTimeoutMillis: Number(process.env['TEST_SHUTDOWN_TIMEOUT_MILLIS'] ?? 5000),
});

export async function work(way) {
  for (const number of Array(1000).keys()) {
    withSpan(`span ${number}`, () => {});
  }
  for (const number of Array(10).keys()) {
    logs.getLogger('lifecycle').emit({ body: `record ${number}` });
  }
  metrics.getMeter('lifecycle').createCounter('work.done').add(1000);
  if (['killed at once', 'terminated', 'throws in a handler of errors'].includes(way)) {
    // Nothing of the process's own runs any more after these; what was sent before has arrived.
    await otel.flush();
    withSpan('too late', () => {});
  }
}
