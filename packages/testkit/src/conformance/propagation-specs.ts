import { isServerSpan, exchange } from './server-span.js';
import { send } from './http-client.js';
import type { Spec } from './spec.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';

/** What comes in with a request's headers. */
export const PROPAGATION_SPECS: readonly Spec[] = [
  {
    verifies: ['R10'],
    title: 'continues the trace of an incoming traceparent and keeps its tracestate',
    async run(bench) {
      const { span } = await exchange(bench, '/users/1', {
        headers: { traceparent: `00-${TRACE_ID}-${PARENT_ID}-03`, tracestate: 'vendor=1,other=two' },
      });
      expect(span.spanContext().traceId).toBe(TRACE_ID);
      expect(span.parentSpanContext?.spanId).toBe(PARENT_ID);
      expect(span.parentSpanContext?.isRemote).toBe(true);
      expect(span.spanContext().traceState?.serialize()).toBe('vendor=1,other=two');
    },
  },
  {
    verifies: ['R10'],
    title: 'keeps the parent and discards all of a tracestate that has one illegal member',
    async run(bench) {
      const { span } = await exchange(bench, '/users/1', {
        headers: { traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`, tracestate: 'good=1,Bad Key=2' },
      });
      expect(span.parentSpanContext?.spanId).toBe(PARENT_ID);
      expect(span.spanContext().traceState).toBeUndefined();
    },
  },
  ...[
    'garbage',
    `00-${'0'.repeat(32)}-${PARENT_ID}-01`,
    `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
    `ff-${TRACE_ID}-${PARENT_ID}-01`,
    `00-${TRACE_ID}-${PARENT_ID}-01-extra`,
    `00-${TRACE_ID}-${PARENT_ID}-01${'-x'.repeat(2000)}`,
  ].map(
    (traceparent): Spec => ({
      verifies: ['R10'],
      title: `begins a new trace for the malformed traceparent ${traceparent.slice(0, 24)}… of ${traceparent.length} characters`,
      async run(bench) {
        const { answer, span } = await exchange(bench, '/users/1', { headers: { traceparent } });
        expect(answer.status).toBe(200);
        expect(span.parentSpanContext).toBeUndefined();
        expect(span.spanContext().traceId).not.toBe(TRACE_ID);
      },
    }),
  ),
  {
    verifies: ['R10'],
    title: 'records nothing for a caller that decided against sampling, and answers as always',
    async run(bench) {
      const answer = await send(bench.server, '/users/1', {
        headers: { traceparent: `00-${TRACE_ID}-${PARENT_ID}-00` },
      });
      expect(answer.status).toBe(200);
      await exchange(bench, '/users/2');
      expect(bench.telemetry.spans().filter(isServerSpan)).toHaveLength(1);
    },
  },
];
