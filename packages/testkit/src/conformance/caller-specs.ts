import type { RequestOptions } from '@otelier/core';
import { expectDiagnostics } from '../silence/expected-diagnostics.js';
import { send } from './http-client.js';
import { exchange, isServerSpan } from './server-span.js';
import type { Spec } from './spec.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
const CALLER = { traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`, tracestate: 'vendor=1', baggage: 'tenant=acme' };

const publicEndpoint: RequestOptions<object, object> = { publicEndpoint: true };
const publicByPath: RequestOptions<object, object> = {
  publicEndpoint: (request) => (request as { url?: string }).url?.startsWith('/users') === true,
};
const failingPredicate: RequestOptions<object, object> = {
  publicEndpoint: () => {
    throw new Error('no predicate');
  },
};
const told: RequestOptions<object, object> = { responsePropagation: true };

/** What is believed of a caller, and what it is told. */
export const CALLER_SPECS: readonly Spec[] = [
  {
    verifies: ['R11'],
    title: "links a stranger's trace instead of continuing it, and passes nothing of it on",
    options: publicEndpoint,
    async run(bench) {
      const { answer, span } = await exchange(bench, '/outgoing', { headers: CALLER });
      expect(span.parentSpanContext).toBeUndefined();
      expect(span.spanContext().traceId).not.toBe(TRACE_ID);
      expect(span.links.map(({ context }) => [context.traceId, context.spanId, context.traceState?.serialize()])).toEqual([
        [TRACE_ID, PARENT_ID, 'vendor=1'],
      ]);
      const { traceId, spanId } = span.spanContext();
      expect(JSON.parse(answer.text)).toEqual({ traceparent: `00-${traceId}-${spanId}-03` });
    },
  },
  {
    verifies: ['R11', 'M1'],
    title: 'records the request of a stranger who decided against sampling',
    options: publicEndpoint,
    async run(bench) {
      const { span } = await exchange(bench, '/users/1', { headers: { traceparent: `00-${TRACE_ID}-${PARENT_ID}-00` } });
      expect(span.links).toHaveLength(1);
    },
  },
  {
    verifies: ['R11'],
    title: 'has no link for a stranger without a trace',
    options: publicEndpoint,
    async run(bench) {
      const { span } = await exchange(bench, '/users/1', { headers: { traceparent: 'garbage' } });
      expect([span.links, span.parentSpanContext]).toEqual([[], undefined]);
    },
  },
  {
    verifies: ['R11'],
    title: 'asks a predicate who is a stranger',
    options: publicByPath,
    async run(bench) {
      const { span: stranger } = await exchange(bench, '/users/1', { headers: CALLER });
      expect(stranger.links).toHaveLength(1);
      await bench.telemetry.clear();
      const { span: known } = await exchange(bench, '/telemetry', { headers: CALLER });
      expect([known.links, known.parentSpanContext?.spanId]).toEqual([[], PARENT_ID]);
    },
  },
  {
    verifies: ['R11', 'R18'],
    title: 'trusts nobody when the predicate fails, and answers all the same',
    options: failingPredicate,
    async run(bench) {
      expectDiagnostics('OTELIER_HOOK_FAILED');
      const { answer, span } = await exchange(bench, '/users/1', { headers: CALLER });
      expect([answer.status, span.links.length]).toEqual([200, 1]);
    },
  },
  {
    verifies: ['R22'],
    title: 'tells the caller its trace, beside the headers of the handler',
    options: told,
    async run(bench) {
      const { answer, span } = await exchange(bench, '/headers');
      const { traceId, spanId } = span.spanContext();
      const trace = `00-${traceId}-${spanId}-01`;
      expect(answer.status).toBe(201);
      expect(answer.headers).toMatchObject({
        'x-shop': 'tea',
        'set-cookie': ['a=hunter2', 'b=hunter2'],
        traceresponse: trace,
        'server-timing': `db;dur=3, traceparent;desc="${trace}"`,
        'access-control-expose-headers': 'x-shop, traceresponse, Server-Timing',
      });
    },
  },
  {
    verifies: ['R22'],
    title: 'tells the caller of a failed request, and of one without a route, its trace',
    options: told,
    async run(bench) {
      const { answer, span } = await exchange(bench, '/errors/sync');
      expect(answer.headers['traceresponse']).toContain(span.spanContext().spanId);
      await bench.telemetry.clear();
      const missing = await exchange(bench, '/no/such/place');
      expect(missing.answer.headers['traceresponse']).toContain(missing.span.spanContext().spanId);
    },
  },
  {
    verifies: ['R22', 'R26'],
    title: 'tells a caller that decided against sampling so',
    options: told,
    async run(bench) {
      const answer = await send(bench.server, '/users/1', {
        headers: { traceparent: `00-${TRACE_ID}-${PARENT_ID}-00` },
      });
      expect(answer.headers['traceresponse']).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
      expect(bench.telemetry.spans().filter(isServerSpan)).toEqual([]);
    },
  },
  {
    verifies: ['R22'],
    title: 'tells the caller nothing by default',
    async run(bench) {
      const { answer } = await exchange(bench, '/users/1');
      expect(answer.headers).not.toHaveProperty('traceresponse');
      expect(answer.headers).not.toHaveProperty('server-timing');
    },
  },
];
