import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { expectDiagnostics, startGrpcSink, startOtlpSink, verifies, type GrpcSink, type OtlpSink } from '@otelier/testkit';
import { mackerel, newRelic, setupOtel, type Otel } from '../../src/index.js';
import { countsOf } from './telemetry.js';

const LIMIT = 3_500_000;

let http: OtlpSink;
let grpc: GrpcSink;
let otel: Otel;

beforeEach(async () => {
  [http, grpc] = await Promise.all([startOtlpSink({ maxRequestBytes: LIMIT }), startGrpcSink({ maxMessageBytes: LIMIT })]);
});

afterEach(async () => {
  await otel.shutdown();
  await Promise.all([http.close(), grpc.close()]);
});

function setUp(): void {
  const destination = mackerel({ key: 'k', endpoint: http.url, metricsEndpoint: grpc.url, compression: 'none' });
  otel = setupOtel({ destinations: [destination], handleSignals: false, runtimeMetrics: false, shutdownTimeoutMillis: 20_000 });
}

/** A text of so many bytes that no two are alike. */
function text(bytes: number, seed: number): string {
  return `${seed}-`.padEnd(bytes, 'x');
}

describe('a batch that is larger than a request may be', () => {
  verifies(['P8', 'X4'], 'goes out in several requests, each below the limit, every span and record once', async () => {
    setUp();
    const tracer = trace.getTracer('shop');
    for (const number of Array(300).keys()) {
      tracer.startSpan(`work ${number}`, { attributes: { note: text(30_000, number) } }).end();
      logs.getLogger('shop').emit({ body: text(20_000, number) });
    }
    await otel.flush();
    const sent = (path: string): number[] => http.requests().filter((request) => request.path === path).map(({ bytes }) => bytes);
    // 9 MB of spans, 6 MB of log records.
    expect(sent('/v1/traces').length).toBeGreaterThanOrEqual(3);
    expect(sent('/v1/logs').length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...http.requests().map(({ bytes }) => bytes))).toBeLessThanOrEqual(LIMIT);
    expect(new Set(http.spans().map(({ name }) => name)).size).toBe(300);
    expect([http.spans().length, http.logs().length]).toEqual([300, 300]);
    expect(countsOf(otel)).toEqual(['mackerel traces 300 0 0', 'mackerel metrics 0 0 0', 'mackerel logs 300 0 0']);
    expect(otel.status().problems).toEqual([]);
  });

  verifies(['P8', 'X4'], 'loses only the record that is too large by itself, counted with its reason', async () => {
    setUp();
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    const tracer = trace.getTracer('shop');
    for (const number of Array(10).keys()) {
      tracer.startSpan(`work ${number}`, { attributes: number === 4 ? { note: text(4_000_000, 4) } : {} }).end();
    }
    await otel.flush();
    expect(http.spans().map(({ name }) => name).toSorted()).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9].map((number) => `work ${number}`));
    expect(otel.status().destinations[0]).toMatchObject({
      exported: 9,
      failed: 1,
      dropped: 0,
      lastError: 'a record is larger than a request may be, which is 3500000 bytes',
    });
    expect(otel.status().spans).toMatchObject({ ended: 10, exported: 9, failed: 1 });
  });

  verifies(['P8', 'X4'], 'is divided between metrics, and between the points of one', async () => {
    setUp();
    const meter = metrics.getMeter('shop');
    const counter = meter.createCounter('orders');
    for (const number of Array(1500).keys()) {
      counter.add(number, { customer: text(4000, number) });
    }
    meter.createCounter('other').add(1);
    await otel.flush();
    const points = grpc.metrics().flatMap(({ name, dataPoints }) => dataPoints.map(({ value }) => `${name} ${value}`));
    expect(new Set(points)).toEqual(new Set([...Array(1500).keys()].map((number) => `orders ${number}`).concat('other 1')));
    expect(points).toHaveLength(1501);
    expect(grpc.requests().every(({ bytes }) => bytes <= LIMIT + 5)).toBe(true);
    expect(countsOf(otel)[1]).toBe('mackerel metrics 1501 0 0');
  });

  verifies('X4', 'is halved as often as a smaller limit needs it', async () => {
    const destination = newRelic({ key: 'k', endpoint: http.url, signals: ['traces'], compression: 'none' });
    otel = setupOtel({ destinations: [destination], handleSignals: false, runtimeMetrics: false });
    for (const number of Array(100).keys()) {
      trace.getTracer('shop').startSpan(`work ${number}`, { attributes: { note: text(45_000, number) } }).end();
    }
    await otel.flush();
    expect(Math.max(...http.requests().map(({ bytes }) => bytes))).toBeLessThanOrEqual(1_000_000);
    expect(http.spans()).toHaveLength(100);
  });
});

describe('a destination that rejects a part of a request', () => {
  verifies('X3', 'has the rejected records counted, and garbage taken for a success', async () => {
    setUp();
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    http.answerWith({ body: Buffer.from([0x0a, 2, 0x08, 2]), times: 1 });
    const tracer = trace.getTracer('shop');
    for (const name of ['a', 'b', 'c']) {
      tracer.startSpan(name).end();
    }
    await otel.flush();
    expect(countsOf(otel)[0]).toBe('mackerel traces 1 2 0');
    expectDiagnostics('OTELIER_EXPORT_RECOVERED');
    http.answerWith({ body: 'garbage', times: 1 });
    tracer.startSpan('d').end();
    await otel.flush();
    expect(countsOf(otel)[0]).toBe('mackerel traces 2 2 0');
  });
});
