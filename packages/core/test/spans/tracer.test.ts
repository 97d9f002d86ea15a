import { context, diag, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, SpanKind, trace, type Attributes, type Context, type Span as ApiSpan } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { defaultResource } from '@opentelemetry/resources';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { NodeTracerProvider, SamplingDecision, type Sampler, type SamplingResult, type Span } from '@opentelemetry/sdk-trace-node';
import { verifies } from '@otelier/testkit';
import { RecordedSpan } from '../../src/spans/recorded-span.js';
import { openSpansAround } from '../../src/spans/span-surroundings.js';
import { SpanTracerProvider } from '../../src/spans/tracer-provider.js';
import { contextWithSpan } from '../../src/tracing/own-context.js';
import { setOwnAttributes, startOwnSpan } from '../../src/tracing/own-tracer.js';
import { withRequestScope, type RequestScope } from '../../src/tracing/request-scope.js';

const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true };
const LIMITS = {
  attributeValueLengthLimit: Infinity,
  attributeCountLimit: 3,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};

class AskedSampler implements Sampler {
  readonly asked: Attributes[] = [];
  constructor(private readonly result: SamplingResult) {}

  shouldSample(_within: Context, _traceId: string, _name: string, _kind: SpanKind, attributes: Attributes): SamplingResult {
    this.asked.push({ ...attributes });
    return this.result;
  }
}

const sampled = (more: Partial<SamplingResult> = {}): AskedSampler =>
  new AskedSampler({ decision: SamplingDecision.RECORD_AND_SAMPLED, ...more });

function provide(sampler: Sampler = sampled(), readsAttributes = false, atEnd = (): unknown => undefined) {
  const heard: string[] = [];
  const note = (what: string) => (span: Span) => void heard.push(`${what} ${span.name}${span.ended ? ', ended' : ''}`);
  const listeners = { onStart: [note('start')], onEnding: [note('ending')], onEnd: [note('end') as (span: object) => void, atEnd] };
  const parts = { resource: defaultResource(), sampler, readsAttributes, limits: LIMITS, spanProcessors: [], listeners };
  const provider = new SpanTracerProvider(parts);
  return { provider, heard, tracer: provider.getTracer('lib', '1') };
}

const scope = (): RequestScope => ({ ignored: false, attributes: undefined, setAttributes: () => {} });

function silenced(): string[] {
  const warnings: string[] = [];
  const silent = (): void => {};
  const warn = (message: string): void => void warnings.push(message);
  diag.setLogger({ error: warn, warn, info: silent, debug: silent, verbose: silent }, { suppressOverrideMessage: true });
  return warnings;
}

afterEach(() => diag.disable());

describe('the tracer', () => {
  it('is the same for the same name, version and schema', () => {
    const { provider } = provide();

    expect(provider.getTracer('a')).toBe(provider.getTracer('a'));
    expect(provider.getTracer('a', '1')).not.toBe(provider.getTracer('a', '2'));
    expect(provider.getTracer('a', '1', { schemaUrl: 'x' })).not.toBe(provider.getTracer('a', '1'));
    expect(provider.getTracer('a', '1', { schemaUrl: 'x' })).toBe(provider.getTracer('a', '1', { schemaUrl: 'x' }));
  });

  it('counts the recorded spans, and tells each listener of each in turn', () => {
    const { provider, tracer, heard } = provide();
    tracer.startSpan('one').end();
    tracer.startSpan('two');

    expect(provider.counts).toEqual({ started: 2, ended: 1 });
    expect(heard).toEqual(['start one', 'ending one', 'end one, ended', 'start two']);
  });

  it('follows parent, root, and a parent that is not legal, as the SDK does', () => {
    const reference = new NodeTracerProvider().getTracer('lib');
    const { tracer } = provide();
    const parents = [CALLER, { ...CALLER, traceId: 'no' }, INVALID_SPAN_CONTEXT, { ...CALLER, spanId: '0'.repeat(16) }];
    for (const parent of parents) {
      const within = trace.setSpanContext(ROOT_CONTEXT, parent);
      for (const options of [{}, { root: true }]) {
        const [own, expected] = [tracer, reference].map((from) => from.startSpan('a', options, within) as Span);
        expect(own?.parentSpanContext).toEqual(expected?.parentSpanContext);
        expect(own?.spanContext().traceId === CALLER.traceId).toBe(expected?.spanContext().traceId === CALLER.traceId);
      }
    }
  });

  it('makes a span that tells nothing where tracing is suppressed', () => {
    const { tracer, heard } = provide();
    const span = tracer.startSpan('silent', {}, suppressTracing(ROOT_CONTEXT));

    expect([span.isRecording(), { ...span.spanContext() }.traceId]).toEqual([false, INVALID_SPAN_CONTEXT.traceId]);
    expect(heard).toEqual([]);
  });

  verifies('R26', 'makes a span of an own id and its parent’s trace where nothing is recorded, and asks for no attributes', () => {
    const traceState = { get: () => 'kept', set: () => traceState, unset: () => traceState, serialize: () => 'a=kept' };
    const { tracer, provider } = provide(new AskedSampler({ decision: SamplingDecision.NOT_RECORD }));
    const within = trace.setSpanContext(ROOT_CONTEXT, { ...CALLER, traceState });
    const attributes = jest.fn(() => ({}));
    const span = startOwnSpan(tracer, { name: 'request', kind: SpanKind.SERVER, attributes }, within);
    setOwnAttributes(span, attributes);
    span.end();
    const { traceId, spanId, traceFlags } = span.spanContext();

    expect([traceId, traceFlags, span.spanContext().traceState]).toEqual([CALLER.traceId, 0, traceState]);
    expect(spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(spanId).not.toBe(CALLER.spanId);
    expect(attributes).not.toHaveBeenCalled();
    expect(provider.counts).toEqual({ started: 0, ended: 0 });
  });

  it('runs a function within its span, in all forms of the call', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { tracer } = provide();
    const within = trace.setSpanContext(ROOT_CONTEXT, CALLER);
    const seen = (span: ApiSpan) => [trace.getActiveSpan() === span, (span as Span).kind, span.spanContext().traceId === CALLER.traceId];

    expect(tracer.startActiveSpan('a', seen)).toEqual([true, SpanKind.INTERNAL, false]);
    expect(tracer.startActiveSpan('a', { kind: SpanKind.CLIENT }, seen)).toEqual([true, SpanKind.CLIENT, false]);
    expect(tracer.startActiveSpan('a', { kind: SpanKind.CLIENT }, within, seen)).toEqual([true, SpanKind.CLIENT, true]);
    context.disable();
  });
});

describe('attributes', () => {
  it('of the application, the request and the sampler come together, the last of them counting', () => {
    const { tracer } = provide(sampled({ attributes: { c: 'sampler', '': 'no name' } }));
    const warnings = silenced();
    const within = withRequestScope(ROOT_CONTEXT, { ...scope(), attributes: { a: 'request', b: 'request' } });
    const span = tracer.startSpan('a', { attributes: { b: 'own', c: 'own' } }, within) as Span;

    expect(span.attributes).toEqual({ a: 'request', b: 'own', c: 'sampler' });
    expect(warnings).toEqual(['Invalid attribute key: ']);
  });

  it('are copied from the application, so that it can go on with its own', () => {
    const { tracer } = provide();
    const list = ['a'];
    const given = { list };
    const span = tracer.startSpan('a', { attributes: given }) as Span;
    span.setAttribute('later', list);
    list.push('b');
    Object.assign(given, { more: 1 });

    expect(span.attributes).toEqual({ list: ['a'], later: ['a'] });
  });

  it('of Otelier’s own are made when a sampled span ends, before anybody hears of that', () => {
    const attributes = jest.fn(() => ({ a: 1 }));
    let callsAtEnd = 0;
    const { tracer } = provide(sampled(), false, () => (callsAtEnd = attributes.mock.calls.length));
    const span = startOwnSpan(tracer, { name: 'a', kind: SpanKind.SERVER, attributes }, ROOT_CONTEXT);
    expect(attributes).not.toHaveBeenCalled();

    span.end();
    expect(callsAtEnd).toBe(1);
  });

  it('of Otelier’s own are made once, in the order in which they were given, and not before a span has ended that is not sampled', () => {
    const first = jest.fn(() => ({ a: 1, b: 1 }));
    const second = jest.fn(() => ({ b: 2 }));
    const calls = (): number[] => [first, second].map(({ mock }) => mock.calls.length);
    const callsAtEnd: number[] = [];
    const { tracer } = provide(new AskedSampler({ decision: SamplingDecision.RECORD }), false, () => callsAtEnd.push(...calls()));
    const span = startOwnSpan(tracer, { name: 'a', kind: SpanKind.SERVER, attributes: first }, ROOT_CONTEXT);
    setOwnAttributes(span, second);
    span.end();

    expect((span as Span).attributes).toEqual({ a: 1, b: 2 });
    expect((span as Span).attributes).toBe((span as Span).attributes);
    expect([callsAtEnd, calls()]).toEqual([[0, 0], [1, 1]]);
  });

  it('of Otelier’s own are there before what is set on the span afterwards', () => {
    const { tracer } = provide();
    const span = startOwnSpan(tracer, { name: 'a', kind: SpanKind.SERVER, attributes: () => ({ a: 1, b: 1 }) }, ROOT_CONTEXT);
    span.setAttribute('b', 'application');

    expect((span as Span).attributes).toEqual({ a: 1, b: 'application' });
  });

  it('of Otelier’s own keep to the limits of spans', () => {
    const { tracer } = provide();
    const attributes = { a: 1, b: 2, c: 3, d: 4 };
    for (const given of [attributes, () => attributes]) {
      const span = startOwnSpan(tracer, { name: 'a', kind: SpanKind.SERVER, attributes: given }, ROOT_CONTEXT) as Span;
      setOwnAttributes(span, { c: 5, e: 6 });
      expect([span.attributes, span.droppedAttributesCount]).toEqual([{ a: 1, b: 2, c: 5 }, 2]);
    }
  });

  it('of Otelier’s own are given to a sampler that may look at them, and made once all the same', () => {
    const sampler = sampled();
    const { tracer } = provide(sampler, true);
    const attributes = jest.fn(() => ({ a: 1 }));
    const span = startOwnSpan(tracer, { name: 'a', kind: SpanKind.SERVER, attributes }, ROOT_CONTEXT) as Span;

    expect(sampler.asked).toEqual([{ a: 1 }]);
    expect(span.attributes).toEqual({ a: 1 });
    expect(attributes).toHaveBeenCalledTimes(1);
  });

  it('of Otelier’s own are made for the tracer of another SDK', () => {
    const tracer = new NodeTracerProvider().getTracer('other');
    const span = startOwnSpan(tracer, { name: 'a', kind: SpanKind.SERVER, attributes: () => ({ a: 1 }), startMillis: 1.8e12 }, ROOT_CONTEXT);
    setOwnAttributes(span, () => ({ b: 2 }));

    expect(span).toMatchObject({ attributes: { a: 1, b: 2 }, kind: SpanKind.SERVER, startTime: [1.8e9, 0] });
  });
});

describe('the spans around a span', () => {
  it('are those that are open, the innermost first, also beyond ended ones', () => {
    const { tracer } = provide();
    const nested = (outer: ApiSpan | undefined) => tracer.startSpan('a', {}, outer === undefined ? ROOT_CONTEXT : contextWithSpan(ROOT_CONTEXT, outer));
    const outermost = nested(undefined);
    const middle = nested(outermost);
    const inner = nested(middle);
    expect(openSpansAround(inner)).toEqual([inner, middle, outermost]);

    middle.end();
    expect(openSpansAround(inner)).toEqual([inner, outermost]);
    expect(openSpansAround(nested(middle))[1]).toBe(outermost);

    inner.end();
    outermost.end();
    expect(openSpansAround(inner)).toEqual([]);
  });

  it('are not kept by an ended span when they have ended before it', () => {
    const { tracer } = provide();
    const around = tracer.startSpan('around', {}, ROOT_CONTEXT);
    const within = tracer.startSpan('within', {}, contextWithSpan(ROOT_CONTEXT, around));
    around.end();
    within.end();
    expect(within).toBeInstanceOf(RecordedSpan);
    expect(within).toHaveProperty('outer', undefined);
  });
});
