import { metrics } from '@opentelemetry/api';
import { expectDiagnostics, startOtlpSink, verifies, type OtlpSink, type SinkAnswer } from '@otelier/testkit';
import { collector, setupOtel, withSpan, type CollectorOptions, type Otel } from '../../src/index.js';

let sink: OtlpSink;
let otel: Otel;
let told: jest.SpiedFunction<typeof console.warn>;

beforeEach(async () => {
  told = jest.spyOn(console, 'warn');
  sink = await startOtlpSink();
});

afterEach(async () => {
  told.mockRestore();
  await otel.shutdown();
  await sink.close();
});

/** The first retry comes after 800 ms at the soonest: with less time than that, a failure is final at once. */
const NO_TIME_TO_RETRY = 750;

function setUp(options: CollectorOptions = {}): void {
  const destination = collector(sink.url, { signals: ['traces'], ...options });
  otel = setupOtel({ destinations: [destination], handleSignals: false, runtimeMetrics: false });
}

/** Makes spans as an application does, and flushes. */
async function work(spans = 2): Promise<void> {
  for (const number of Array(spans).keys()) {
    expect(withSpan('work', () => number)).toBe(number);
  }
  await otel.flush();
}

function problems(): (readonly [code: string, count: number, message: string])[] {
  return otel.status().problems.map(({ code, count, message }) => [code, count, message.replace(sink.url, 'SINK')]);
}

const failure = (cause: string): string => `collector (SINK/v1/traces) did not take telemetry: ${cause}.`;
const RECOVERY = 'collector (SINK/v1/traces) takes telemetry again.';

/** What a destination does, how the cause is told, and within which time it has to answer. */
const faults: readonly (readonly [answer: SinkAnswer, cause: string, timeoutMillis?: number])[] = [
  [{ status: 400 }, 'HTTP status 400'],
  [{ status: 401 }, 'HTTP status 401'],
  [{ status: 404 }, 'HTTP status 404'],
  [{ status: 302, headers: { location: 'http://127.0.0.1:9/' } }, 'HTTP status 302'],
  [{ status: 429, headers: { 'retry-after': '60' } }, 'HTTP status 429'],
  [{ status: 500 }, 'HTTP status 500'],
  [{ status: 503 }, 'HTTP status 503', NO_TIME_TO_RETRY],
  [{ reset: true }, 'ECONNRESET', NO_TIME_TO_RETRY],
  [{ hang: true }, 'no answer in time', NO_TIME_TO_RETRY],
];

describe('a destination in good times', () => {
  it('takes everything that was made', async () => {
    setUp();
    await work(1200);
    expect(otel.status().spans).toEqual({ started: 1200, ended: 1200, exported: 1200, failed: 0, dropped: 0 });
    expect(sink.spans()).toHaveLength(1200);
    expect(otel.status().problems).toEqual([]);
  });

  it('is asked again after 503, and nothing is told when it then takes the spans', async () => {
    sink.answerWith({ status: 503, times: 1 });
    setUp();
    await work();
    expect(sink.requests().map(({ status }) => status)).toEqual([503, 200]);
    expect(otel.status().spans).toMatchObject({ ended: 2, exported: 2, failed: 0, dropped: 0 });
    expect(otel.status().problems).toEqual([]);
  });

  it('has its batch in flight included in a flush', async () => {
    sink.answerWith({ delayMillis: 200 });
    setUp();
    for (const number of Array(513).keys()) {
      withSpan(`work ${number}`, () => {});
    }
    await otel.flush();
    expect(sink.spans()).toHaveLength(513);
    expect(otel.status().spans.exported).toBe(513);
  });
});

describe('a destination in bad times', () => {
  for (const [answer, cause, timeoutMillis] of faults) {
    it(`is told of once and counted exactly, and once when it recovers: ${cause}`, async () => {
      expectDiagnostics('OTELIER_EXPORT_FAILED', 'OTELIER_EXPORT_RECOVERED');
      setUp({ timeoutMillis });
      await work(1);
      sink.answerWith(answer);
      await work(2);
      await work(3);
      expect(otel.status()).toMatchObject({
        spans: { started: 6, ended: 6, exported: 1, failed: 5, dropped: 0 },
        destinations: [{ exported: 1, failed: 5, dropped: 0, lastError: cause }],
      });
      expect(told).toHaveBeenCalledTimes(1);
      sink.answerWith({});
      await work(4);
      await work(5);
      expect(told).toHaveBeenCalledTimes(2);
      expect(problems()).toEqual([
        ['OTELIER_EXPORT_FAILED', 2, failure(cause)],
        ['OTELIER_EXPORT_RECOVERED', 1, RECOVERY],
      ]);
      expect(otel.status()).toMatchObject({
        spans: { started: 15, ended: 15, exported: 10, failed: 5, dropped: 0 },
        destinations: [{ exported: 10, failed: 5, lastError: undefined }],
      });
    });
  }

  verifies('P4', 'that was never there is told of before its retries are over', async () => {
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    await sink.close();
    setUp();
    const flushed = work();
    while (otel.status().destinations[0]?.lastError === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(otel.status().spans).toMatchObject({ exported: 0, failed: 0 });
    expect(otel.status().destinations[0]?.lastError).toBe('ECONNREFUSED');
    await otel.shutdown();
    await flushed;
  });

  it('that is away is told of once, and takes spans again when it is back', async () => {
    expectDiagnostics('OTELIER_EXPORT_FAILED', 'OTELIER_EXPORT_RECOVERED');
    setUp({ timeoutMillis: NO_TIME_TO_RETRY });
    const port = Number(new URL(sink.url).port);
    await sink.close();
    await work(2);
    await work(3);
    expect(otel.status()).toMatchObject({
      spans: { ended: 5, exported: 0, failed: 5, dropped: 0 },
      destinations: [{ lastError: 'ECONNREFUSED' }],
    });
    sink = await startOtlpSink({ port });
    await work(4);
    expect(sink.spans()).toHaveLength(4);
    expect(otel.status().spans).toMatchObject({ ended: 9, exported: 4, failed: 5, dropped: 0 });
    expect(problems()).toEqual([
      ['OTELIER_EXPORT_FAILED', 2, failure('ECONNREFUSED')],
      ['OTELIER_EXPORT_RECOVERED', 1, RECOVERY],
    ]);
  });

  it('is told of once for each cause', async () => {
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    setUp();
    for (const status of [401, 500, 401, 500]) {
      sink.answerWith({ status });
      await work(1);
    }
    expect(problems()).toEqual([
      ['OTELIER_EXPORT_FAILED', 2, failure('HTTP status 401')],
      ['OTELIER_EXPORT_FAILED', 2, failure('HTTP status 500')],
    ]);
  });

  it('is told of again when it fails after it had recovered', async () => {
    expectDiagnostics('OTELIER_EXPORT_FAILED', 'OTELIER_EXPORT_RECOVERED');
    setUp();
    for (const status of [401, 200, 401, 200]) {
      sink.answerWith({ status });
      await work(1);
    }
    expect(told.mock.calls.map(([message]) => /OTELIER_\w+/.exec(String(message))?.[0])).toEqual([
      'OTELIER_EXPORT_FAILED',
      'OTELIER_EXPORT_RECOVERED',
      'OTELIER_EXPORT_FAILED',
      'OTELIER_EXPORT_RECOVERED',
    ]);
    expect(problems().map(([code, count]) => [code, count])).toEqual([
      ['OTELIER_EXPORT_FAILED', 2],
      ['OTELIER_EXPORT_RECOVERED', 2],
    ]);
  });

  it('leaves another destination as it was', async () => {
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    const other = await startOtlpSink();
    sink.answerWith({ status: 401 });
    const destinations = [sink, other].map(({ url }) => collector(url, { signals: ['traces'] }));
    otel = setupOtel({ destinations, handleSignals: false });
    await work(3);
    expect(otel.status()).toMatchObject({
      spans: { ended: 3, exported: 3, failed: 3, dropped: 0 },
      destinations: [
        { address: `${sink.url}/v1/traces`, exported: 0, failed: 3, lastError: 'HTTP status 401' },
        { address: `${other.url}/v1/traces`, exported: 3, failed: 0, lastError: undefined },
      ],
    });
    await other.close();
  });

  it('is told of for metrics too, by their own address', async () => {
    expectDiagnostics('OTELIER_EXPORT_FAILED', 'OTELIER_EXPORT_RECOVERED');
    setUp({ signals: ['metrics'] });
    const counter = metrics.getMeter('shop').createCounter('work.done');
    for (const status of [401, 401, 200]) {
      sink.answerWith({ status });
      counter.add(1);
      await otel.flush();
    }
    expect(problems()).toEqual([
      ['OTELIER_EXPORT_FAILED', 2, 'collector (SINK/v1/metrics) did not take telemetry: HTTP status 401.'],
      ['OTELIER_EXPORT_RECOVERED', 1, 'collector (SINK/v1/metrics) takes telemetry again.'],
    ]);
    expect(sink.metrics()).toMatchObject([{ name: 'work.done', dataPoints: [{ value: 3 }] }]);
  });

  it('that takes less than a burst makes is told of once, and every span is accounted for', async () => {
    expectDiagnostics('OTELIER_SPANS_DROPPED');
    setUp();
    await work(22_000);
    const { started, ended, exported, failed, dropped } = otel.status().spans;
    expect([started, ended]).toEqual([22_000, 22_000]);
    expect(dropped).toBe(22_000 - 20_512);
    expect(exported + failed + dropped).toBe(22_000);
    expect(sink.spans()).toHaveLength(exported);
    expect(problems()).toMatchObject([['OTELIER_SPANS_DROPPED', dropped, expect.stringContaining('SINK/v1/traces')]]);
  });
});

describe('OTEL_LOG_LEVEL=none', () => {
  afterEach(() => {
    delete process.env['OTEL_LOG_LEVEL'];
  });

  verifies('P4', 'silences the messages of a failing destination, and not the counts', async () => {
    process.env['OTEL_LOG_LEVEL'] = 'none';
    sink.answerWith({ status: 401 });
    setUp();
    await work(2);
    await work(2);
    expect(problems()).toEqual([['OTELIER_EXPORT_FAILED', 2, failure('HTTP status 401')]]);
  });
});
