import { SpanStatusCode } from '@opentelemetry/api';
import { send, sendAndLeave } from './http-client.js';
import { durationMillis, exceptionsOf, exchange, serverSpan } from './server-span.js';
import type { Spec } from './spec.js';

/** A stream of the endpoints takes at least this long; its headers are there at once. */
const STREAM_MILLIS = 28;

/** What comes of a body that is given up: the answer's status, and what the span says of it. */
const GIVEN_UP = [
  ['pipeline', 507, ['507', SpanStatusCode.ERROR]],
  ['loop', 200, [undefined, SpanStatusCode.UNSET]],
] as const;

/** When and how request spans end. */
export const ENDING_SPECS: readonly Spec[] = [
  {
    verifies: ['R7'],
    title: 'ends the span of a streamed response after its last byte',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/stream');
      expect(answer.text).toBe('one two three');
      expect(durationMillis(span)).toBeGreaterThan(STREAM_MILLIS);
      expect(span.attributes['http.response.status_code']).toBe(200);
    },
  },
  {
    verifies: ['R7'],
    title: 'ends the span of server-sent events after the last event',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/events');
      expect(answer.text).toContain('data: 2');
      expect(durationMillis(span)).toBeGreaterThan(STREAM_MILLIS);
    },
  },
  {
    verifies: ['R7'],
    title: 'ends the span after the trailers',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/trailers');
      expect(answer.trailers).toEqual({ 'x-sum': '4' });
      expect(span.attributes['http.response.status_code']).toBe(200);
    },
  },
  {
    verifies: ['R8'],
    title: 'ends the span of a client that leaves before the answer, without a status code of its own making',
    async run(bench) {
      await sendAndLeave(bench.server, '/silent', 'before-headers');
      const span = await serverSpan(bench);
      expect(span.attributes['error.type']).toBe('client_disconnected');
      expect(span.attributes['http.response.status_code']).toBeUndefined();
      expect(span.attributes['http.route']).toBe('/silent');
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
    },
  },
  {
    verifies: ['R8'],
    title: 'keeps the status code that was sent when the client leaves in the middle of the answer',
    async run(bench) {
      await sendAndLeave(bench.server, '/begun', 'after-headers');
      const span = await serverSpan(bench);
      expect(span.attributes['error.type']).toBe('client_disconnected');
      expect(span.attributes['http.response.status_code']).toBe(202);
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
    },
  },
  {
    verifies: ['R7', 'R8'],
    title: "ends the span of the framework's own stream when the client leaves in the middle of it",
    async run(bench) {
      await sendAndLeave(bench.server, '/endless', 'after-headers');
      const span = await serverSpan(bench);
      expect(span.attributes).toMatchObject({
        'error.type': 'client_disconnected',
        'http.response.status_code': 200,
        'http.route': '/endless',
      });
      expect([span.status.code, span.events]).toEqual([SpanStatusCode.UNSET, []]);
    },
  },
  ...GIVEN_UP.map(
    ([how, status, outcome]): Spec => ({
      verifies: ['R5', 'R7', 'R8'],
      title: `ends the span with the answer when the handler gives up the request's body in a ${how}`,
      async run(bench) {
        const body = Buffer.alloc(16 * 1024);
        const headers = { 'content-type': 'application/octet-stream', 'content-length': String(body.length) };
        const { answer, span } = await exchange(bench, `/given-up/${how}`, { body, headers });
        expect(answer.status).toBe(status);
        expect(span.attributes['http.response.status_code']).toBe(status);
        expect([span.attributes['error.type'], span.status.code]).toEqual(outcome);
      },
    }),
  ),
  {
    verifies: ['R6', 'R8'],
    title: 'records the error of a stream that breaks the answer off, not that the client has left',
    async run(bench) {
      await expect(send(bench.server, '/broken-stream')).rejects.toThrow('aborted');
      const span = await serverSpan(bench);
      expect(span.attributes).toMatchObject({ 'error.type': 'BoomError', 'http.response.status_code': 200 });
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'cut' });
      expect(exceptionsOf(span)).toHaveLength(1);
    },
  },
];
