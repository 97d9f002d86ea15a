import { metrics } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { setupOtel, withSpan, type Destination, type Otel } from '../../src/index.js';

/** Sets up with destinations, makes one span, one measurement and one log record, and flushes. */
export async function exportOnce(destinations?: readonly Destination[]): Promise<Otel> {
  // The proxies and sinks of the tests are in this process: what they send is none of the application's.
  const otel = setupOtel({ destinations, handleSignals: false, runtimeMetrics: false, outgoing: false, shutdownTimeoutMillis: 20_000 });
  withSpan('work', { 'work.items': 3 }, () => logs.getLogger('shop').emit({ body: 'done', severityNumber: 9 }));
  metrics.getMeter('shop').createCounter('work.done').add(3, { kind: 'a' });
  await otel.flush();
  return otel;
}

/** What became of each signal, by destination. */
export function countsOf(otel: Otel): string[] {
  return otel.status().destinations.map(({ name, signal, exported, failed, dropped }) => `${name} ${signal} ${exported} ${failed} ${dropped}`);
}
