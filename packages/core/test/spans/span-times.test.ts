import { diag, type HrTime } from '@opentelemetry/api';
import { defaultResource } from '@opentelemetry/resources';
import { AlwaysOnSampler, type Span } from '@opentelemetry/sdk-trace-node';
import { SpanClock } from '../../src/spans/span-clock.js';
import { SpanTracerProvider } from '../../src/spans/tracer-provider.js';

const LIMITS = {
  attributeValueLengthLimit: Infinity,
  attributeCountLimit: 128,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};

const tracer = () =>
  new SpanTracerProvider({
    resource: defaultResource(),
    sampler: new AlwaysOnSampler(),
    readsAttributes: false,
    limits: LIMITS,
    spanProcessors: [],
    listeners: { onStart: [], onEnding: [], onEnd: [] },
  }).getTracer('timed');
const millisOf = ([seconds, nanos]: HrTime): number => seconds * 1000 + nanos / 1e6;

afterEach(() => {
  jest.restoreAllMocks();
  diag.disable();
});

describe('the times of a span', () => {
  it('that nobody has given lie between two readings of the clock, in order', () => {
    const before = Date.now();
    const span = tracer().startSpan('now') as Span;
    span.addEvent('between');
    span.end();
    const after = Date.now() + 1;
    const times = [span.startTime, ...span.events.map(({ time }) => time), span.endTime].map(millisOf);

    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every((time) => time >= before && time <= after)).toBe(true);
    expect(millisOf(span.duration)).toBeCloseTo(millisOf(span.endTime) - millisOf(span.startTime), 2);
  });

  it('have fractions of a millisecond at the start as well', () => {
    const starts = Array.from({ length: 50 }, () => (tracer().startSpan('now') as Span).startTime);

    expect(starts.some(([, nanos]) => nanos % 1e6 !== 0)).toBe(true);
  });

  it('on the monotonic clock are times of day', () => {
    const before = Date.now();
    const span = tracer().startSpan('since', { startTime: performance.now() }) as Span;

    expect(millisOf(span.startTime)).toBeGreaterThanOrEqual(before - 1);
    expect(millisOf(span.startTime)).toBeLessThanOrEqual(Date.now() + 1);
  });

  it('are measured by the monotonic clock when the time of day is set meanwhile', () => {
    const span = tracer().startSpan('measured') as Span;
    jest.spyOn(Date, 'now').mockReturnValue(5);
    span.end();

    expect(millisOf(span.duration)).toBeGreaterThanOrEqual(0);
    expect(millisOf(span.duration)).toBeLessThan(60_000);
  });

  it('can be set by a span processor, as those of the SDK', () => {
    const span = tracer().startSpan('changed') as Span;
    span.end();
    Object.assign(span, { startTime: [10, 0], endTime: [12, 5], attributes: { a: 1 } });

    expect([span.startTime, span.endTime, span.duration, span.attributes]).toEqual([[10, 0], [12, 5], [2, 5], { a: 1 }]);
  });
});

describe('the clock', () => {
  it('follows the time of day when that is set, in both directions', () => {
    const clock = new SpanClock();
    const dayTime = jest.spyOn(Date, 'now');
    for (const millis of [2e12, 1e12, 1e12 + 1]) {
      dayTime.mockReturnValue(millis);
      expect(Math.floor(clock.now())).toBe(millis);
    }
  });
});

describe('a span that has ended', () => {
  it('tells once that something was done to it, without a stack trace', () => {
    const warnings: unknown[][] = [];
    const silent = (): void => {};
    const warn = (...parts: unknown[]): void => void warnings.push(parts);
    diag.setLogger({ error: warn, warn, info: silent, debug: silent, verbose: silent }, { suppressOverrideMessage: true });
    const span = tracer().startSpan('over') as Span;
    span.end();
    span.setAttribute('a', 1).setAttributes({ b: 2 }).addEvent('late').updateName('later').setStatus({ code: 2 });
    span.end();

    expect(warnings).toEqual([[expect.stringContaining('over')]]);
    expect([span.name, span.attributes, span.events, span.status]).toEqual(['over', {}, [], { code: 0 }]);
  });
});
