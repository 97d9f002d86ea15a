import { SpanStatusCode } from '@opentelemetry/api';
import { exceptionsOf, exchange } from './server-span.js';
import type { Spec } from './spec.js';

/** What errors leave on request spans, and that they reach the framework. */
export const ERROR_SPECS: readonly Spec[] = [
  ...(['sync', 'async'] as const).map(
    (kind): Spec => ({
      verifies: ['R5', 'R6'],
      title: `records an error thrown by ${kind} code once and marks the span as an error of its class`,
      async run(bench) {
        const { answer, span } = await exchange(bench, `/errors/${kind}`);
        expect(answer.status).toBe(500);
        expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: `${kind} boom` });
        expect(span.attributes['error.type']).toBe('BoomError');
        expect(exceptionsOf(span)).toEqual([
          {
            'exception.type': 'BoomError',
            'exception.message': `${kind} boom`,
            'exception.stacktrace': expect.stringContaining(`${kind} boom`) as string,
          },
        ]);
      },
    }),
  ),
  {
    verifies: ['R5', 'R6'],
    title: 'leaves the status of a thrown 4xx unset and records no event for it',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/errors/teapot');
      expect(answer.status).toBe(418);
      expect(span.attributes['http.response.status_code']).toBe(418);
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
      expect(span.attributes['error.type']).toBeUndefined();
      expect(span.events).toEqual([]);
    },
  },
  {
    verifies: ['R6'],
    title: 'survives an error whose stack throws when it is read',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/errors/hostile');
      expect(answer.status).toBe(500);
      expect(span.attributes['error.type']).toBe('BoomError');
      expect(exceptionsOf(span)).toHaveLength(1);
    },
  },
];
