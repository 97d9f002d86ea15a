import { SpanStatusCode } from '@opentelemetry/api';
import { send } from './http-client.js';
import { exceptionsOf, exchange, isServerSpan } from './server-span.js';
import type { Bench, Spec } from './spec.js';
import { THROWN_VALUES, type ThrownFacts } from './thrown-values.js';

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
  ...Object.entries(THROWN_VALUES).map(
    ([value, facts]): Spec => ({
      verifies: ['R5', 'R6'],
      title: `records ${value} that is thrown once, in bounds`,
      run: (bench) => throwAndLook(bench, value, facts),
    }),
  ),
  {
    verifies: ['R6', 'R13'],
    title: 'records one error object that two requests throw on both',
    async run(bench) {
      const path = `/errors/thrown/${encodeURIComponent('an error that two requests share')}`;
      await Promise.all([send(bench.server, path), send(bench.server, path)]);
      const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 2);
      expect(spans.filter(isServerSpan).map((span) => exceptionsOf(span).length)).toEqual([1, 1]);
    },
  },
];

async function throwAndLook(bench: Bench, value: string, { type, message, errorType }: ThrownFacts): Promise<void> {
  const path = `/errors/thrown/${encodeURIComponent(value)}`;
  const { answer, span } = await exchange(bench, path);
  const plain = await send(await bench.plain(), path);
  expect([answer.status, answer.text]).toEqual([500, plain.text]);
  expect(span.attributes).toMatchObject({ 'http.route': '/errors/thrown/:value', 'error.type': errorType ?? type });
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
  const [exception, ...more] = exceptionsOf(span);
  expect(more).toEqual([]);
  expect([exception?.['exception.type'], exception?.['exception.message']]).toEqual([type, message]);
  expect((exception?.['exception.stacktrace'] as string | undefined)?.length ?? 0).toBeLessThanOrEqual(16_384);
}
