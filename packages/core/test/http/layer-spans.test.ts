import { context, createContextKey, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { setupOtel, type Otel } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { BoomError, exceptionsOf, spanTree } from '@otelier/testkit/conformance';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { functionName, layerName } from '../../src/http/layers/layer-facts.js';
import type { LayerSpan } from '../../src/http/layers/layer-span.js';
import { LayerSpans } from '../../src/http/layers/layer-spans.js';
import { withRequestScope, type RequestScope } from '../../src/tracing/request-scope.js';

const SCOPE = { name: 'test', version: '1' };

describe('the spans of layers', () => {
  const exporter = new InMemorySpanExporter();
  let otel: Otel;
  beforeAll(() => {
    otel = setupOtel({ destinations: [], spanProcessors: [new SimpleSpanProcessor(exporter)], handleSignals: false });
  });
  beforeEach(() => exporter.reset());
  afterAll(() => otel.shutdown());

  /** A request with layers; its spans when it has ended. */
  function request(run: (layers: Layers) => void): readonly ReadableSpan[] {
    const scope: RequestScope = { ignored: false, attributes: undefined, setAttributes: () => {} };
    let nanos = 0;
    const span = trace.getTracer('test').startSpan('request', { kind: SpanKind.SERVER, startTime: [1, 0] }, ROOT_CONTEXT);
    const within = trace.setSpan(withRequestScope(ROOT_CONTEXT, scope), span);
    const spans = new LayerSpans({ span, context: within, scope, now: () => [1, (nanos += 1000)] });
    const begin = (label: string, enclosing?: LayerSpan): LayerSpan =>
      spans.begin({ kind: 'layer', label, attributes: {} }, { scope: SCOPE, within: enclosing }) as LayerSpan;
    context.with(within, () => run({ spans, scope, begin }));
    spans.end([1, 500_000]);
    span.end([1, 500_000]);
    return exporter.getFinishedSpans();
  }

  verifies('R23', 'lie beneath the layer that is open around them, and beside one that is over', () => {
    const spans = request(({ begin }) => {
      const outer = begin('outer');
      context.with(outer.context, () => {
        const first = begin('first');
        first.end();
        // As a middleware goes on: from within its own context.
        context.with(first.context, () => begin('second'));
      });
    });
    expect(spanTree(spans)).toEqual(['request', '  layer outer', '    layer first', '    layer second']);
  });

  verifies('R23', 'lie beneath the layer that encloses them also where the context of the request has come back', () => {
    const spans = request(({ begin }) => {
      const outer = begin('outer');
      begin('inner', outer);
      outer.end();
      begin('behind', outer);
    });
    expect(spanTree(spans)).toEqual(['request', '  layer outer', '    layer inner', '  layer behind']);
  });

  verifies('R13', 'belong to their request in the context of another one, and where there is none', () => {
    const spans = request(({ begin }) => {
      const span = trace.getTracer('test').startSpan('other request');
      const scope = { ignored: false, attributes: undefined, setAttributes: () => {} };
      context.with(trace.setSpan(withRequestScope(ROOT_CONTEXT, scope), span), () => begin('in another'));
      context.with(ROOT_CONTEXT, () => begin('in none'));
    });
    const ids = spans.filter(({ name }) => name.startsWith('layer')).map((span) => span.parentSpanContext?.spanId);
    const server = spans.find(({ name }) => name === 'request');
    expect(ids).toEqual([server?.spanContext().spanId, server?.spanContext().spanId]);
  });

  verifies('R12', 'keep what the application has put into the context, and take themselves out of it when they are over', () => {
    const key = createContextKey('tenant');
    request(({ begin, spans }) => {
      context.with(context.active().setValue(key, 'acme'), () => {
        const layer = begin('layer');
        expect(layer.context.getValue(key)).toBe('acme');
        context.with(layer.context, () => {
          layer.end();
          const outside = spans.outside();
          expect([outside.getValue(key), trace.getSpan(outside)]).toEqual(['acme', trace.getSpan(layerParent(layer))]);
        });
      });
    });
  });

  verifies('R23', 'end with the request, the innermost first, and only once', () => {
    const spans = request(({ begin }) => {
      const outer = begin('outer');
      context.with(outer.context, () => begin('inner'));
      begin('over').end();
    });
    expect(spans.map((span) => [span.name, span.endTime[1]])).toEqual([
      ['layer over', 4000],
      ['layer inner', 500_000],
      ['layer outer', 500_000],
      ['request', 500_000],
    ]);
  });

  verifies(['R6', 'R23'], 'record an error once, on the layer that it came to first, and none when they are over', () => {
    const error = new BoomError('broken');
    const spans = request(({ begin, spans: all }) => {
      const outer = begin('outer');
      const inner = context.with(outer.context, () => begin('inner'));
      inner.fail(error);
      inner.end();
      inner.fail(new BoomError('too late'));
      context.with(inner.context, () => all.fail(error));
      context.with(inner.context, () => all.fail('a text'));
    });
    expect(spanTree(spans)).toEqual(['request', '  layer outer ! _OTHER', '    layer inner ! BoomError']);
    expect(spans.map((span) => exceptionsOf(span).length)).toEqual([1, 1, 0]);
    expect(spans.map((span) => span.status)).toEqual([
      { code: SpanStatusCode.ERROR, message: 'broken' },
      { code: SpanStatusCode.ERROR, message: 'a text' },
      { code: SpanStatusCode.UNSET },
    ]);
  });

  verifies(['R17', 'R23'], 'are left out when the request is ignored while they are open', () => {
    const spans = request(({ begin, scope }) => {
      begin('before').end();
      begin('open');
      scope.ignored = true;
    });
    expect(spans.map((span) => span.name)).toEqual(['layer before', 'request']);
  });
});

interface Layers {
  readonly spans: LayerSpans;
  readonly scope: RequestScope;
  readonly begin: (label: string, enclosing?: LayerSpan) => LayerSpan;
}

function layerParent({ parent, context: own }: LayerSpan): typeof own {
  return trace.setSpan(own, parent);
}

describe('the name of a function', () => {
  const hostile = new Proxy(() => {}, {
    get() {
      throw new Error('no name for you');
    },
  });

  it.each<[string, unknown, string | undefined]>([
    ['as it was written', function show() {}, 'show'],
    ['without what bind() adds', function show() {}.bind(null).bind(null), 'show'],
    ['missing for an anonymous one', (() => () => {})(), undefined],
    ['missing for what is no function', { name: 'show' }, undefined],
    ['missing for a class that calls something else its name', class { static readonly name = 7; }, undefined],
    ['missing for one that throws', hostile, undefined],
    ['cut when it is generated', Object.defineProperty(() => {}, 'name', { value: 'x'.repeat(1000) }), 'x'.repeat(256)],
  ])('is %s', (_how, handler, name) => {
    expect(functionName(handler)).toBe(name);
  });

  it('stands in the name of a span behind the kind of layer, if there is one', () => {
    expect(layerName({ kind: 'middleware', label: 'show', attributes: {} })).toBe('middleware show');
    expect(layerName({ kind: 'middleware', label: undefined, attributes: {} })).toBe('middleware');
    expect(layerName({ kind: 'router', label: '', attributes: {} })).toBe('router');
  });
});
