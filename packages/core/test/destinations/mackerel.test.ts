import { expectDiagnostics, startGrpcSink, startOtlpSink, verifies, type GrpcSink, type OtlpSink } from '@otelier/testkit';
import { collector, mackerel, viewer, type Otel } from '../../src/index.js';
import { Variables } from '../sdk/variables.js';
import { countsOf, exportOnce } from './telemetry.js';

const variables = new Variables();
const ADVICE = 'the API key needs write permission, and a new or changed key takes about a minute to work';

let http: OtlpSink;
let grpc: GrpcSink;
let otel: Otel;

beforeEach(async () => {
  [http, grpc] = await Promise.all([startOtlpSink({ maxRequestBytes: 3_500_000 }), startGrpcSink()]);
});

afterEach(async () => {
  await otel.shutdown();
  variables.restore();
  await Promise.all([http.close(), grpc.close()]);
});

describe('mackerel()', () => {
  verifies(['P7', 'P8'], 'sends traces and logs by HTTP, metrics by gRPC, with the key of the variable, compressed', async () => {
    variables.set({ MACKEREL_APIKEY: 'sk-12345', OTEL_EXPORTER_OTLP_HEADERS: 'api-key=of-another' });
    otel = await exportOnce([mackerel({ endpoint: http.url, metricsEndpoint: grpc.url })]);
    expect(http.requests().map(({ path }) => path).toSorted()).toEqual(['/v1/logs', '/v1/traces']);
    expect(grpc.requests().map(({ path }) => path)).toEqual(['/opentelemetry.proto.collector.metrics.v1.MetricsService/Export']);
    for (const { headers, encoding } of [...http.requests(), ...grpc.requests()]) {
      expect(headers).toMatchObject({ 'mackerel-api-key': 'sk-12345', accept: '*/*' });
      expect([headers['api-key'], encoding]).toEqual([undefined, 'gzip']);
    }
    expect(countsOf(otel)).toEqual(expect.arrayContaining(['mackerel traces 1 0 0', 'mackerel metrics 1 0 0', 'mackerel logs 1 0 0']));
    expect(http.spans()[0]?.resource).toMatchObject({ 'deployment.environment': 'test', 'deployment.environment.name': 'test' });
    expect(JSON.stringify(otel.status())).not.toContain('sk-12345');
  });

  for (const status of [401, 403]) {
    verifies('P8', `tells with ${status} that the key needs write permission and takes a minute, and not the key`, async () => {
      const told = jest.spyOn(console, 'warn');
      http.answerWith({ status });
      grpc.answerWith({ status: status === 401 ? 16 : 7 });
      expectDiagnostics('OTELIER_EXPORT_FAILED', 'OTELIER_EXPORT_FAILED', 'OTELIER_EXPORT_FAILED');
      otel = await exportOnce([mackerel({ key: 'sk-12345', endpoint: http.url, metricsEndpoint: grpc.url })]);
      const messages = otel.status().problems.map(({ message }) => message);
      expect(messages).toContain(`mackerel (${http.url}/v1/traces) did not take telemetry: HTTP status ${status} (${ADVICE}).`);
      expect(messages.filter((message) => message.endsWith(`(${ADVICE}).`))).toHaveLength(3);
      expect(messages.join()).toMatch(/gRPC status (UNAUTHENTICATED|PERMISSION_DENIED)/);
      expect(JSON.stringify([told.mock.calls, otel.status()])).not.toContain('sk-12345');
      told.mockRestore();
    });
  }

  verifies('P8', 'tells no such thing with another status', async () => {
    http.answerWith({ status: 400 });
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    otel = await exportOnce([mackerel({ key: 'k', endpoint: http.url, signals: ['traces'] })]);
    expect(otel.status().problems[0]?.message).toMatch(/HTTP status 400\.$/);
  });
});

describe('several destinations', () => {
  verifies('P7', 'are sent to at once, different ones for different signals, each counted by itself', async () => {
    const other = await startOtlpSink({ basePath: '/base' });
    otel = await exportOnce([
      mackerel({ key: 'k', endpoint: http.url, metricsEndpoint: grpc.url, signals: ['traces', 'metrics'] }),
      collector(`${other.url}/base/`, { signals: ['logs', 'traces'], temporality: 'delta' }),
      { ...viewer(http.url), signals: ['metrics'] },
    ]);
    expect(other.requests().map(({ path }) => path).toSorted()).toEqual(['/base/v1/logs', '/base/v1/traces']);
    expect(http.requests().map(({ path }) => path).toSorted()).toEqual(['/v1/metrics', '/v1/traces']);
    expect(grpc.requests()).toHaveLength(1);
    expect(other.spans()).toEqual(http.spans());
    expect(countsOf(otel).toSorted()).toEqual([
      'collector logs 1 0 0',
      'collector traces 1 0 0',
      'mackerel metrics 1 0 0',
      'mackerel traces 1 0 0',
      'viewer metrics 1 0 0',
    ]);
    await other.close();
  });

  verifies('P7', 'get metrics of the temporality that each of them wants', async () => {
    const [cumulative, delta] = await Promise.all([startOtlpSink(), startOtlpSink()]);
    otel = await exportOnce([
      collector(cumulative.url, { signals: ['metrics'] }),
      collector(delta.url, { signals: ['metrics'], temporality: 'delta' }),
    ]);
    expect([cumulative.metrics()[0]?.temporality, delta.metrics()[0]?.temporality]).toEqual(['CUMULATIVE', 'DELTA']);
    await otel.shutdown();
    await Promise.all([cumulative.close(), delta.close()]);
  });
});
