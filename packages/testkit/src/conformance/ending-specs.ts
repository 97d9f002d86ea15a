import { SpanStatusCode } from '@opentelemetry/api';
import { sendAndLeave } from './http-client.js';
import { durationMillis, exchange, serverSpan } from './server-span.js';
import type { Spec } from './spec.js';

/** A stream of the endpoints takes at least this long; its headers are there at once. */
const STREAM_MILLIS = 28;

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
];
