import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { setupOtel } from '@otelier/core';
import { builtCore } from './built-core.mjs';
import { timed } from './stopwatch.mjs';

const CUMULATIVE = 1;
const name = 'bench.duration';
const boundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const attributes = {
  'http.request.method': 'GET',
  'url.scheme': 'http',
  'http.route': '/hello/:name',
  'http.response.status_code': 200,
};
const spanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: TraceFlags.SAMPLED };
const within = trace.setSpanContext(ROOT_CONTEXT, spanContext);

/** A measurement in a histogram; ours with the exemplar that the stock SDK does not have. */
export async function measureHistogram() {
  const otel = setupOtel();
  const { createHistogram } = await builtCore('metrics/create-histogram');
  const ownHistogram = createHistogram({ name, description: '', unit: 's', boundaries });
  const own = timed(() => ownHistogram.record(0.02, attributes, within));
  await otel.shutdown();
  const exporter = new InMemoryMetricExporter(CUMULATIVE);
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  const advice = { explicitBucketBoundaries: boundaries };
  const stockHistogram = provider.getMeter('bench').createHistogram(name, { advice });
  const stock = timed(() => stockHistogram.record(0.02, attributes, within));
  await provider.shutdown();
  return [{ name: 'histogram: record with 4 attributes', own, stock }];
}
