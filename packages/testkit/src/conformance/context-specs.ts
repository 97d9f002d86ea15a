import { send, sendAndLeave } from './http-client.js';
import { exchange, isServerSpan, serverSpan } from './server-span.js';
import type { Spec } from './spec.js';

const BOUNDARY = 'conformance-boundary';

/** Where the request's context is active. */
export const CONTEXT_SPECS: readonly Spec[] = [
  {
    verifies: ['R12'],
    title: 'keeps the request span active through await, timers, streams and events',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/context');
      const seen = JSON.parse(answer.text) as Record<string, string>;
      expect(Object.keys(seen)).toHaveLength(9);
      expect(new Set(Object.values(seen))).toEqual(new Set([span.spanContext().spanId]));
    },
  },
  ...(
    [
      ['a JSON', 'application/json', '{"a":"1"}'],
      ['an urlencoded', 'application/x-www-form-urlencoded', 'a=1'],
      [
        'a multipart',
        `multipart/form-data; boundary=${BOUNDARY}`,
        `--${BOUNDARY}\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--${BOUNDARY}--\r\n`,
      ],
    ] as const
  ).map(
    ([kind, type, body]): Spec => ({
      verifies: ['R12'],
      title: `keeps the request's context in a handler behind the parser of ${kind} body`,
      async run(bench) {
        const { answer, span } = await exchange(bench, '/body', {
          method: 'POST',
          headers: { 'content-type': type, 'content-length': String(body.length) },
          body,
        });
        expect(JSON.parse(answer.text)).toEqual({ body: { a: '1' }, trace: span.spanContext().traceId });
      },
    }),
  ),
  {
    verifies: ['R12', 'P9'],
    title: 'makes a span of the application a child of the request span',
    async run(bench) {
      const answer = await send(bench.server, '/spans');
      const server = await serverSpan(bench);
      const inner = await bench.telemetry.span((span) => span.name === 'inner work');
      expect(inner.parentSpanContext?.spanId).toBe(server.spanContext().spanId);
      expect(JSON.parse(answer.text)).toEqual({ span: inner.spanContext().spanId });
    },
  },
  {
    verifies: ['R12'],
    title: 'keeps the request span active in what cleans up after a client that has left',
    async run(bench) {
      await sendAndLeave(bench.server, '/cleanup', 'after-headers');
      const server = await serverSpan(bench);
      for (const name of ['request closed', 'response closed']) {
        const cleanup = await bench.telemetry.span((span) => span.name === name);
        expect(cleanup.parentSpanContext?.spanId).toBe(server.spanContext().spanId);
      }
    },
  },
  {
    verifies: ['R13'],
    title: 'keeps two hundred requests in flight apart',
    async run(bench) {
      const answers = await Promise.all(Array.from({ length: 200 }, (_, id) => send(bench.server, `/slow/${id}`)));
      const traces = answers.map((answer) => JSON.parse(answer.text) as { before: string; after: string });
      expect(traces.every(({ before, after }) => before === after)).toBe(true);
      expect(new Set(traces.map(({ before }) => before)).size).toBe(200);
      await bench.telemetry.waitFor((spans) => spans.filter(isServerSpan).length === 200);
    },
  },
];
