import { metrics, ROOT_CONTEXT } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import { verifies } from '@otelier/testkit';
import { serverInstruments } from '../../src/http/server-metrics.js';
import { DeliveryReporter } from '../../src/pipeline/delivery-reporter.js';
import { ReportingMetricExporter } from '../../src/pipeline/reporting-metric-exporter.js';
import { FinalMetricReader } from '../../src/sdk/final-metric-reader.js';
import { createMeterProvider } from '../../src/sdk/meter-provider.js';
import { SCOPE_NAME, VERSION } from '../../src/version.js';

const REQUEST = {
  method: 'GET',
  scheme: 'http',
  protocolVersion: '1.1',
  route: '/',
  statusCode: 200,
  errorType: undefined,
  extra: undefined,
};

afterEach(() => metrics.disable());

describe.each([
  ['cumulative', AggregationTemporality.CUMULATIVE, [1, 2]],
  ['delta', AggregationTemporality.DELTA, [1, 1]],
] as const)('the last collection of %s metrics', (_, temporality, counts) => {
  verifies('X2', 'has those of requests, beside those that the SDK has of the same scope, and only once', async () => {
    const exporter = new InMemoryMetricExporter(temporality);
    const reporting = new ReportingMetricExporter(exporter, new DeliveryReporter('test', 'memory', undefined));
    const reader = new FinalMetricReader(reporting, { exportIntervalMillis: 60_000, exportTimeoutMillis: 30_000 });
    const provider = createMeterProvider(resourceFromAttributes({ 'service.name': 'shop' }), [reader]);
    metrics.setGlobalMeterProvider(provider);
    const observed = metrics.getMeter(SCOPE_NAME, VERSION).createObservableGauge('observed');
    observed.addCallback((result) => result.observe(7));
    serverInstruments().duration.recordRequest(1, REQUEST, ROOT_CONTEXT);
    reader.exportNow();
    reader.exportNow();
    serverInstruments().duration.recordRequest(1, REQUEST, ROOT_CONTEXT);
    reader.exportNow();
    const exported = exporter.getMetrics().map(({ resource, scopeMetrics }) => ({
      service: resource.attributes['service.name'],
      scopes: scopeMetrics.map(({ scope, metrics: ofScope }) => [scope.name, ofScope.map(({ descriptor }) => descriptor.name)]),
      counts: scopeMetrics[0]?.metrics[0]?.dataPoints.map(({ value }) => (value as { readonly count: number }).count),
    }));
    const scopes = [[SCOPE_NAME, ['http.server.request.duration', 'observed']]];
    expect(exported).toEqual(counts.map((count) => ({ service: 'shop', scopes, counts: [count] })));
    metrics.disable();
    await provider.shutdown();
  });
});
