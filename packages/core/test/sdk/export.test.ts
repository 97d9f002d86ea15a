import { metrics, SpanKind, trace } from '@opentelemetry/api';
import { startOtlpSink, verifies, type OtlpSink, type ReceivedRequest } from '@otelier/testkit';
import { collector, setupOtel, withSpan, type Otel, type OtelOptions } from '../../src/index.js';
import { VERSION } from '../../src/version.js';
import { Variables } from './variables.js';

const variables = new Variables();
let sinks: OtlpSink[];
let otel: Otel;

beforeEach(async () => {
  sinks = await Promise.all([startOtlpSink(), startOtlpSink()]);
});

afterEach(async () => {
  await otel.shutdown();
  variables.restore();
  await Promise.all(sinks.map((sink) => sink.close()));
});

/** Makes one span and one measurement in a set-up, and flushes. */
async function exportOnce(options: OtelOptions = {}): Promise<void> {
  otel = setupOtel({ handleSignals: false, runtimeMetrics: false, ...options });
  withSpan('work', { 'work.items': 3 }, () => {});
  metrics.getMeter('shop', '1.0.0').createCounter('work.done', { unit: '{item}' }).add(3, { kind: 'a' });
  await otel.flush();
}

function sink(index: 0 | 1): OtlpSink {
  return sinks[index] as OtlpSink;
}

function pathsOf(requests: readonly ReceivedRequest[]): string[] {
  return requests.map(({ path }) => path).toSorted();
}

describe('the export to a collector', () => {
  verifies('P2', 'brings the resource with every span and metric', async () => {
    variables.set({
      OTEL_EXPORTER_OTLP_ENDPOINT: sink(0).url,
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=2.0.0,team=a%20b',
      NODE_ENV: 'staging',
    });
    await exportOnce({ serviceNamespace: 'acme', resourceAttributes: { replicas: 2, zones: ['a', 'b'] } });
    const [span] = sink(0).spans();
    const [metric] = sink(0).metrics();
    expect(span?.resource).toEqual({
      'service.name': 'shop',
      'service.version': '2.0.0',
      'service.namespace': 'acme',
      'service.instance.id': expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
      'deployment.environment.name': 'staging',
      'host.name': expect.stringMatching(/./),
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
      'telemetry.distro.name': 'otelier',
      'telemetry.distro.version': VERSION,
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.version': expect.stringMatching(/^2\./),
      team: 'a b',
      replicas: 2,
      zones: ['a', 'b'],
    });
    expect(metric?.resource).toEqual(span?.resource);
  });

  verifies('P4', 'brings spans and metrics as they were made', async () => {
    variables.set({ OTEL_EXPORTER_OTLP_ENDPOINT: sink(0).url });
    await exportOnce();
    expect(sink(0).spans()).toMatchObject([
      { name: 'work', kind: 'INTERNAL', attributes: { 'work.items': 3 }, status: { code: 'UNSET' } },
    ]);
    expect(sink(0).metrics()).toMatchObject([
      {
        name: 'work.done',
        unit: '{item}',
        type: 'sum',
        monotonic: true,
        scope: { name: 'shop', version: '1.0.0' },
        dataPoints: [{ value: 3, attributes: { kind: 'a' } }],
      },
    ]);
    expect(otel.status()).toMatchObject({
      spans: { started: 1, ended: 1, exported: 1, failed: 0, dropped: 0 },
      destinations: ['traces', 'metrics', 'logs'].map((signal) => ({
        name: 'collector',
        signal,
        address: `${sink(0).url}/v1/${signal}`,
        exported: signal === 'logs' ? 0 : 1,
        lastError: undefined,
      })),
      problems: [],
    });
  });

  verifies('P4', 'uses the base endpoint, headers, gzip and protocol of the variables', async () => {
    variables.set({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${sink(0).url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20key,x-tenant=general',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'X-Tenant=traces',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    });
    await exportOnce();
    expect(sink(0).requests().map(({ path, headers, encoding, method }) => ({
      path,
      method,
      encoding,
      type: headers['content-type'],
      key: headers['api-key'],
      tenant: headers['x-tenant'],
      agent: headers['user-agent'],
    })).toSorted((a, b) => (a.path < b.path ? 1 : -1))).toEqual(
      ['traces', 'metrics'].map((signal) => ({
        path: `/v1/${signal}`,
        method: 'POST',
        encoding: 'gzip',
        type: 'application/x-protobuf',
        key: 'a key',
        tenant: signal === 'traces' ? 'traces' : 'general',
        agent: expect.stringContaining(`otelier/${VERSION}`),
      })),
    );
  });

  verifies('P4', 'uses the endpoint of a signal as it is, and the general one for the other', async () => {
    variables.set({
      OTEL_EXPORTER_OTLP_ENDPOINT: sink(0).url,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${sink(1).url}/v1/traces`,
    });
    await exportOnce();
    expect(pathsOf(sink(0).requests())).toEqual(['/v1/metrics']);
    expect(pathsOf(sink(1).requests())).toEqual(['/v1/traces']);
    expect(otel.status().destinations[0]?.address).toBe(`${sink(1).url}/v1/traces`);
  });

  verifies('P4', 'sends each signal where its exporter is otlp, and nothing where it is none', async () => {
    for (const [name, left] of [
      ['OTEL_TRACES_EXPORTER', '/v1/metrics'],
      ['OTEL_METRICS_EXPORTER', '/v1/traces'],
    ] as const) {
      variables.set({ OTEL_EXPORTER_OTLP_ENDPOINT: sink(0).url, [name]: 'none' });
      await exportOnce();
      expect(pathsOf(sink(0).requests())).toEqual([left]);
      await otel.shutdown();
      sink(0).clear();
      variables.restore();
    }
  });

  verifies('P4', 'sends metrics at the interval, without a flush', async () => {
    variables.set({ OTEL_EXPORTER_OTLP_ENDPOINT: sink(0).url, OTEL_METRIC_EXPORT_INTERVAL: '40' });
    otel = setupOtel({ handleSignals: false, runtimeMetrics: false });
    metrics.getMeter('shop').createCounter('work.done').add(1);
    await sink(0).waitForMetrics((all) => all.length >= 3);
    expect(sink(0).requests().every(({ path }) => path === '/v1/metrics')).toBe(true);
  });

  it('goes to the address in code, whatever the variables say', async () => {
    variables.set({ OTEL_EXPORTER_OTLP_ENDPOINT: sink(1).url, OTEL_TRACES_EXPORTER: 'none' });
    await exportOnce({ destinations: [collector(sink(0).url)] });
    expect(pathsOf(sink(0).requests())).toEqual(['/v1/metrics', '/v1/traces']);
    expect(sink(1).requests()).toEqual([]);
  });

  it('goes to each of several destinations, which are counted apart', async () => {
    await exportOnce({
      destinations: [
        collector(sink(0).url, { headers: { 'api-key': 'first' }, compression: 'gzip' }),
        collector(sink(1).url, { signals: ['traces'] }),
      ],
    });
    expect(sink(0).requests().map(({ headers }) => headers['api-key'])).toEqual(['first', 'first']);
    expect(pathsOf(sink(0).requests())).toEqual(['/v1/metrics', '/v1/traces']);
    expect(sink(1).requests()).toMatchObject([{ path: '/v1/traces', encoding: 'identity' }]);
    expect(sink(1).requests()[0]?.headers['api-key']).toBeUndefined();
    expect(sink(1).spans()).toEqual(sink(0).spans());
    expect(otel.status()).toMatchObject({
      spans: { started: 1, ended: 1, exported: 2, failed: 0, dropped: 0 },
      destinations: [
        { address: `${sink(0).url}/v1/traces`, exported: 1 },
        { address: `${sink(1).url}/v1/traces`, exported: 1 },
        { address: `${sink(0).url}/v1/metrics`, exported: 1 },
        { address: `${sink(0).url}/v1/logs`, exported: 0 },
      ],
    });
  });

  it('sends user-info as the basic credentials that it is, and shows it nowhere', async () => {
    await exportOnce({ destinations: [collector(sink(0).url.replace('//', '//me:sk-12345@'))] });
    const credentials = `Basic ${Buffer.from('me:sk-12345').toString('base64')}`;
    expect(sink(0).requests().map(({ headers }) => headers['authorization'])).toEqual([credentials, credentials]);
    expect(JSON.stringify(otel.status())).not.toContain('sk-12345');
  });

  it('happens by itself, without a flush', async () => {
    otel = setupOtel({ destinations: [collector(sink(0).url)], handleSignals: false });
    withSpan('work', () => {});
    await sink(0).waitForSpans((spans) => spans.length === 1);
    expect(otel.status().spans.ended).toBe(1);
  });

  it('is not traced itself, and takes the spans of the application only once they have ended', async () => {
    otel = setupOtel({ destinations: [collector(sink(0).url)], handleSignals: false });
    const span = trace.getTracer('shop').startSpan('long', { kind: SpanKind.CONSUMER });
    await otel.flush();
    expect(otel.status().spans).toMatchObject({ started: 1, ended: 0, exported: 0 });
    span.end();
    await otel.flush();
    expect(sink(0).spans()).toMatchObject([{ name: 'long', kind: 'CONSUMER' }]);
    expect(sink(0).requests().filter(({ headers }) => headers['traceparent'] !== undefined)).toEqual([]);
  });
});
