import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { expectDiagnostics, startGrpcSink, startOtlpSink, verifies, type GrpcSink, type OtlpSink } from '@otelier/testkit';
import { collector, mackerel, newRelic, setupOtel, type Otel } from '../../src/index.js';
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

  verifies(['P8', 'X4'], 'has the longest values of a span cut that is too large by itself, and says so', async () => {
    setUp();
    expectDiagnostics('OTELIER_RECORDS_TRIMMED');
    const tracer = trace.getTracer('shop');
    for (const number of Array(10).keys()) {
      const note = number === 4 ? { note: '€'.repeat(1_400_000), id: 'order 4', list: ['x'.repeat(2_000_000), 'y'] } : {};
      tracer.startSpan(`work ${number}`, { attributes: note }).end();
    }
    await otel.flush();
    expect(http.spans().map(({ name }) => name).toSorted()).toEqual([...Array(10).keys()].map((number) => `work ${number}`));
    const { note, id, list } = http.spans().find(({ name }) => name === 'work 4')?.attributes ?? {};
    // As much is left as fits: 3.5 MB for two texts.
    expect(note).toMatch(/^€{583000,583333}…$/);
    expect(list).toEqual([expect.stringMatching(/^x{1749000,1750000}…$/), 'y']);
    expect(id).toBe('order 4');
    expect(countsOf(otel)[0]).toBe('mackerel traces 10 0 0');
    expect(otel.status().problems).toMatchObject([{ code: 'OTELIER_RECORDS_TRIMMED', count: 1 }]);
  });

  verifies('X4', 'has the body of a log record cut that is too large by itself', async () => {
    setUp();
    expectDiagnostics('OTELIER_RECORDS_TRIMMED');
    logs.getLogger('shop').emit({ body: { lines: ['z'.repeat(4_000_000)] }, attributes: { id: 'line 1' } });
    await otel.flush();
    expect(http.logs()).toMatchObject([
      { body: { lines: [expect.stringMatching(/^z{3499000,3500000}…$/)] }, attributes: { id: 'line 1' } },
    ]);
    expect(countsOf(otel)[2]).toBe('mackerel logs 1 0 0');
  });

  verifies(['P8', 'X4'], 'loses only the span that has no long value to cut, counted with its reason', async () => {
    setUp();
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    const tracer = trace.getTracer('shop');
    for (const number of [0, 1, 2]) {
      tracer.startSpan(number === 1 ? 'n'.repeat(4_000_000) : `work ${number}`).end();
    }
    const flushed = otel.flush();
    await flushed;
    expectDiagnostics('OTELIER_EXPORT_RECOVERED');
    tracer.startSpan('work 3').end();
    await otel.flush();
    expect(http.spans().map(({ name }) => name)).toEqual(['work 0', 'work 2', 'work 3']);
    expect(countsOf(otel)[0]).toBe('mackerel traces 3 1 0');
    expect(otel.status().problems[0]?.message).toContain('a record is larger than a request may be, which is 3500000 bytes');
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

describe('a destination that finds a request too large', () => {
  verifies(['X3', 'X4'], 'gets its parts, and a span with less where that alone is too large', async () => {
    await http.close();
    http = await startOtlpSink({ maxRequestBytes: 100_000 });
    expectDiagnostics('OTELIER_RECORDS_TRIMMED');
    const destination = collector(http.url, { signals: ['traces', 'logs'] });
    otel = setupOtel({ destinations: [destination], handleSignals: false, runtimeMetrics: false });
    for (const number of Array(40).keys()) {
      const note = text(number === 7 ? 250_000 : 20_000, number);
      trace.getTracer('shop').startSpan(`work ${number}`, { attributes: { note } }).end();
    }
    await otel.flush();
    expect(new Set(http.spans().map(({ name }) => name)).size).toBe(40);
    expect(http.spans()).toHaveLength(40);
    expect(http.requests().some(({ status }) => status === 413)).toBe(true);
    expect(countsOf(otel)[0]).toBe('collector traces 40 0 0');
  });

  verifies('X3', 'does not get a span that it finds too large at any size', async () => {
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    http.answerWith({ status: 413 });
    otel = setupOtel({ destinations: [collector(http.url)], handleSignals: false, runtimeMetrics: false });
    for (const number of Array(3).keys()) {
      trace.getTracer('shop').startSpan(`work ${number}`, { attributes: { note: text(5000, number) } }).end();
    }
    await otel.flush();
    expect(countsOf(otel)[0]).toBe('collector traces 0 3 0');
    expect(otel.status().destinations[0]?.lastError).toBe('HTTP status 413');
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
