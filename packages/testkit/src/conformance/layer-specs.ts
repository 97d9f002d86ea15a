import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { send, sendAndLeave } from './http-client.js';
import { exceptionsOf, exchange, isServerSpan, serverSpan } from './server-span.js';
import { endsBefore, isInternalSpan } from './span-tree.js';
import type { Bench, Spec } from './spec.js';

const LAYERS = { layers: true };

/** The spans of middleware, hooks and handlers. */
export const LAYER_SPECS: readonly Spec[] = [
  {
    verifies: ['R23'],
    title: 'makes no span of a layer by default',
    async run(bench) {
      await exchange(bench, '/users/1');
      expect(bench.telemetry.spans().filter((span) => !isServerSpan(span))).toEqual([]);
    },
  },
  {
    verifies: ['R12', 'R23'],
    title: 'makes an INTERNAL child of the request span of its handler, around everything that the handler does',
    options: LAYERS,
    async run(bench) {
      const { answer, span: server } = await exchange(bench, '/spans');
      const handler = handlerOf(bench, '/spans');
      const inner = await bench.telemetry.span((span) => span.name === 'inner work');
      expect(handler.kind).toBe(0);
      expect(handler.instrumentationScope.name).toBe(bench.host.scope);
      expect(handler.attributes['http.route']).toBe('/spans');
      expect(handler.parentSpanContext?.spanId).toBe(server.spanContext().spanId);
      expect(inner.parentSpanContext?.spanId).toBe(handler.spanContext().spanId);
      expect(JSON.parse(answer.text)).toEqual({ span: inner.spanContext().spanId });
    },
  },
  {
    verifies: ['R23'],
    title: "keeps a handler's span open while its asynchronous work goes on",
    options: LAYERS,
    async run(bench) {
      await exchange(bench, '/spans');
      const names = bench.telemetry.spans().map((span) => span.name);
      expect(names.indexOf('inner work')).toBeLessThan(names.indexOf('handler /spans'));
    },
  },
  {
    verifies: ['R12', 'R23'],
    title: "keeps the handler's span active through await, timers, streams and events",
    options: LAYERS,
    async run(bench) {
      const { answer } = await exchange(bench, '/context');
      const seen = new Set(Object.values(JSON.parse(answer.text) as Record<string, string>));
      expect(seen).toEqual(new Set([handlerOf(bench, '/context').spanContext().spanId]));
    },
  },
  ...(['sync', 'async'] as const).map(
    (kind): Spec => ({
      verifies: ['R6', 'R23'],
      title: `records an error thrown by ${kind} code on the layer that threw it, and once on the request span`,
      options: LAYERS,
      async run(bench) {
        const { span: server } = await exchange(bench, `/errors/${kind}`);
        const failed = layersOf(bench).filter((span) => span.events.length > 0);
        expect(failed.map((span) => span.name)).toEqual([`handler /errors/${kind}`]);
        for (const span of [...failed, server]) {
          expect(exceptionsOf(span)).toHaveLength(1);
          expect(span.attributes['error.type']).toBe('BoomError');
          expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: `${kind} boom` });
        }
      },
    }),
  ),
  {
    verifies: ['R5', 'R23'],
    title: 'leaves the status of the layer that has thrown a 4xx unset',
    options: LAYERS,
    async run(bench) {
      await exchange(bench, '/errors/teapot');
      const layers = layersOf(bench);
      expect(layers.map((span) => span.name)).toContain('handler /errors/teapot');
      expect(layers.filter((span) => span.status.code !== SpanStatusCode.UNSET || span.events.length > 0)).toEqual([]);
    },
  },
  {
    verifies: ['R8', 'R23'],
    title: 'ends the layers that are open when the client leaves, together with the request span',
    options: LAYERS,
    async run(bench) {
      await sendAndLeave(bench.server, '/begun', 'after-headers');
      const server = await serverSpan(bench);
      const layers = layersOf(bench);
      expect(layers.map((span) => span.name)).toContain('handler /begun');
      expect(layers.filter((span) => !endsBefore(span, server))).toEqual([]);
    },
  },
  {
    verifies: ['R13', 'R23'],
    title: 'keeps the layers of a hundred requests in flight apart',
    options: LAYERS,
    async run(bench) {
      await Promise.all(Array.from({ length: 100 }, (_, id) => send(bench.server, `/slow/${id}`)));
      const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 100);
      const handlers = new Map(
        spans.filter((span) => span.name === 'handler /slow/:id').map((span) => [span.spanContext().traceId, span]),
      );
      for (const server of spans.filter(isServerSpan)) {
        const { traceId, spanId } = server.spanContext();
        expect(handlers.get(traceId)?.parentSpanContext?.spanId).toBe(spanId);
      }
    },
  },
];

function layersOf({ telemetry }: Bench): readonly ReadableSpan[] {
  return telemetry.spans().filter(isInternalSpan);
}

function handlerOf(bench: Bench, route: string): ReadableSpan {
  const handlers = layersOf(bench).filter((span) => span.name === `handler ${route}`);
  expect(handlers).toHaveLength(1);
  return handlers[0] as ReadableSpan;
}
