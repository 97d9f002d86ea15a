import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { collector, setupOtel, withSpan, type Otel } from '@otelier/core';
import { observeRequest, settleRequestOptions, type RequestObservation } from '@otelier/core/adapter';
import { expectDiagnostics, startOtlpSink, verifies, type OtlpSink, type ReceivedDataPoint } from '@otelier/testkit';
import { serverInstruments } from '../../src/http/server-metrics.js';
import { DatabaseOperation } from '../../src/database/database-operation.js';
import { sqlQuery } from '../../src/database/sql-query.js';
import { resolveDatabaseOptions } from '../../src/options/resolve-database-options.js';
import { Variables } from '../sdk/variables.js';

const DURATION = 'http.server.request.duration';
const GET = { 'http.request.method': 'GET', 'url.scheme': 'http', 'http.route': '/users/:id' };
const UNSAMPLED = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.NONE,
};

const variables = new Variables();
let sinks: OtlpSink[];
let otel: Otel | undefined;

beforeEach(async () => {
  sinks = await Promise.all([startOtlpSink(), startOtlpSink()]);
});

afterEach(async () => {
  await otel?.shutdown();
  variables.restore();
  await Promise.all(sinks.map((sink) => sink.close()));
});

function start(env: Readonly<Record<string, string>> = {}, destinations = 1): void {
  variables.set(env);
  otel = setupOtel({
    handleSignals: false,
    runtimeMetrics: false,
    destinations: sinks.slice(0, destinations).map((sink) => collector(sink.url, { signals: ['metrics'] })),
  });
}

/** Records a duration within a new span and returns the span's ids. */
function recordInSpan(seconds: number, attributes = GET): { readonly traceId: string; readonly spanId: string } {
  return withSpan('request', (span) => {
    serverInstruments().duration.record(seconds, attributes, context.active());
    const { traceId, spanId } = span.spanContext();
    return { traceId, spanId };
  });
}

/** The data points that the next flush brings. */
async function flushed(name = DURATION, index = 0): Promise<readonly ReceivedDataPoint[]> {
  sinks.forEach((sink) => sink.clear());
  await otel?.flush();
  return sinks[index]?.metrics().find((metric) => metric.name === name)?.dataPoints ?? [];
}

describe('exemplars', () => {
  verifies('M7', 'lead from a bucket of the request durations to the last trace that fell into it', async () => {
    start();
    const before = BigInt(Date.now()) * 1_000_000n;
    recordInSpan(0.02);
    const fast = recordInSpan(0.021);
    const slow = recordInSpan(11);
    const atBoundary = recordInSpan(0.01);
    const [point] = await flushed();
    expect(point?.exemplars).toEqual(
      [
        { ...atBoundary, value: 0.01 },
        { ...fast, value: 0.021 },
        { ...slow, value: 11 },
      ].map((exemplar) => ({ ...exemplar, attributes: {}, timeUnixNano: expect.any(BigInt) as bigint })),
    );
    for (const { timeUnixNano } of point?.exemplars ?? []) {
      expect(timeUnixNano >= before && timeUnixNano <= (point?.timeUnixNano ?? 0n)).toBe(true);
    }
    expect(point).toMatchObject({ count: 4, attributes: GET, max: 11 });
  });

  /** Observes one request, and what is done with it. */
  async function askOnce(handle: (observation: RequestObservation) => void): Promise<void> {
    otel = setupOtel({ handleSignals: false, outgoing: false, destinations: [collector(sinks[0]?.url)] });
    const server = createServer((request, response) => {
      const facts = { scheme: 'http', host: undefined, clientAddress: undefined } as const;
      const scope = { name: 'ours', version: '0' };
      handle(observeRequest({ request, response, facts, scope }, settleRequestOptions('test', {})));
      response.end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.closeAllConnections();
    await once(server.close(), 'close');
  }

  verifies('M7', 'lead from the duration of a request to its own span', async () => {
    await askOnce(() => {});
    const [point] = await flushed();
    const [span] = sinks[0]?.spans() ?? [];
    expect(point?.exemplars).toMatchObject([{ traceId: span?.traceId, spanId: span?.spanId, value: point?.sum }]);
    expect(span?.kind).toBe('SERVER');
  });

  verifies(['M7', 'R17'], 'lead to no request that turned out to be left out', async () => {
    await askOnce((observation) => observation.ignore());
    const [point] = await flushed();
    expect([point?.count, point?.exemplars, sinks[0]?.spans()]).toEqual([1, [], []]);
  });

  verifies('M7', 'lead from the duration of a query to its own span', async () => {
    start();
    const spanId = withSpan('request', () => {
      const options = resolveDatabaseOptions();
      const query = sqlQuery({ dialect: 'postgresql', text: 'SELECT 1' }, 'postgresql', options);
      const server = { system: 'postgresql', namespace: 'shop', address: undefined, port: undefined };
      const operation = new DatabaseOperation({ query, server }, options);
      operation.end();
      return trace.getSpanContext(operation.context)?.spanId;
    });
    const [point] = await flushed('db.client.operation.duration');
    expect(point?.exemplars).toMatchObject([{ spanId, value: point?.sum }]);
  });

  verifies('M7', 'stay with the series that they were measured in, whatever the order of its attributes', async () => {
    start();
    const { 'http.route': route, ...rest } = GET;
    const first = recordInSpan(0.02);
    const reversed = recordInSpan(0.2, { 'http.route': route, ...rest });
    const other = recordInSpan(0.02, { ...GET, 'http.route': '/orders' });
    const points = await flushed();
    expect(points.map(({ attributes, exemplars }) => [attributes['http.route'], exemplars.map((it) => it.spanId)])).toEqual([
      ['/users/:id', [first.spanId, reversed.spanId]],
      ['/orders', [other.spanId]],
    ]);
  });

  for (const temporality of ['delta', 'cumulative']) {
    verifies('M7', `go out once, with ${temporality} data points`, async () => {
      start({ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: temporality });
      const first = recordInSpan(0.02);
      expect((await flushed())[0]?.exemplars).toMatchObject([first]);
      const second = recordInSpan(0.2);
      expect((await flushed())[0]?.exemplars).toMatchObject([second]);
    });
  }

  verifies(['M7', 'P4'], 'go out with exponential histograms of requests, for a destination that gets those', async () => {
    start({ OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram' });
    const first = recordInSpan(0.02);
    const slow = recordInSpan(2);
    const [point] = await flushed();
    expect(sinks[0]?.metrics().map(({ name, type }) => [name, type])).toEqual([[DURATION, 'exponentialHistogram']]);
    expect(point).toMatchObject({ count: 2, sum: 2.02, max: 2, exemplars: [first, slow] });
    expect((await flushed())[0]).toMatchObject({ count: 2, exemplars: [] });
  });

  verifies('M7', 'go to every destination, and again to one that was away', async () => {
    start({}, 2);
    sinks[1]?.answerWith({ status: 400 });
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    recordInSpan(0.02);
    await flushed();
    sinks[1]?.answerWith({});
    expectDiagnostics('OTELIER_EXPORT_RECOVERED');
    const second = recordInSpan(0.2);
    expect((await flushed(DURATION, 1))[0]?.exemplars).toMatchObject([second]);
    expect(sinks[0]?.metrics()[0]?.dataPoints[0]?.exemplars).toMatchObject([second]);
  });

  verifies('M7', 'are taken of sampled spans alone', async () => {
    start();
    serverInstruments().duration.record(0.02, GET, trace.setSpanContext(ROOT_CONTEXT, UNSAMPLED));
    serverInstruments().duration.record(0.02, GET, ROOT_CONTEXT);
    const [point] = await flushed();
    expect([point?.count, point?.exemplars]).toEqual([2, []]);
  });

  verifies(['M7', 'P4'], 'are taken of every measurement when OTEL_METRICS_EXEMPLAR_FILTER says so', async () => {
    start({ OTEL_METRICS_EXEMPLAR_FILTER: 'always_on' });
    serverInstruments().duration.record(0.02, GET, trace.setSpanContext(ROOT_CONTEXT, UNSAMPLED));
    serverInstruments().duration.record(0.2, GET, ROOT_CONTEXT);
    const [point] = await flushed();
    expect(point?.exemplars).toMatchObject([
      { value: 0.02, traceId: UNSAMPLED.traceId, spanId: UNSAMPLED.spanId },
      { value: 0.2 },
    ]);
    expect(point?.exemplars[1]?.traceId).toBeUndefined();
  });

  verifies(['M7', 'P4'], 'are not taken when OTEL_METRICS_EXEMPLAR_FILTER says so', async () => {
    start({ OTEL_METRICS_EXEMPLAR_FILTER: 'always_off' });
    recordInSpan(0.02);
    const [point] = await flushed();
    expect([point?.count, point?.exemplars]).toEqual([1, []]);
  });

  verifies('M7', 'of measurements beyond the limit of series go out with the series of the rest', async () => {
    start();
    for (let index = 0; index < 2500; index += 1) {
      serverInstruments().duration.record(0.02, { ...GET, extra: index }, ROOT_CONTEXT);
    }
    const last = recordInSpan(0.02, { ...GET, 'http.route': '/late' });
    const points = await flushed();
    const withExemplars = points.filter(({ exemplars }) => exemplars.length > 0);
    expect(withExemplars.map(({ attributes, count }) => [attributes, count])).toEqual([
      [{ 'otel.metric.overflow': true }, 502],
    ]);
    expect(withExemplars[0]?.exemplars).toMatchObject([last]);
  });
});
