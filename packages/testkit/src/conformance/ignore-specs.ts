import type { RequestOptions } from '@otelier/core';
import { send } from './http-client.js';
import { exchange, isServerSpan } from './server-span.js';
import type { Bench, Spec } from './spec.js';

const DURATION = 'http.server.request.duration';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };

const probes: RequestOptions<object, object> = { ignore: { healthProbes: true } };
const unmeasured: RequestOptions<object, object> = { ignore: { requests: ['/health'], metrics: true } };
const rules: RequestOptions<object, object> = {
  ignore: ['/spans', '/api/*/orders/**', /^\/users\/\d+$/, (request) => (request as { method?: string }).method === 'DELETE'],
};

/** Requests that leave no spans. */
export const IGNORE_SPECS: readonly Spec[] = [
  {
    verifies: ['R16', 'M1'],
    title: 'records no span for a health probe nor beneath it, measures it, and asks what is behind to do the same',
    options: probes,
    async run(bench) {
      const answer = await send(bench.server, '/health', { headers: CALLER });
      const { outgoing, span } = JSON.parse(answer.text) as { outgoing: Record<string, string>; span: string };
      expect(outgoing['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
      expect(span).not.toBe('none');
      await exchange(bench, '/users/1');
      expect(bench.telemetry.spans().map(({ name }) => name)).toEqual(['GET /users/:id']);
      const points = await bench.telemetry.metric(DURATION);
      expect(points.map(({ attributes }) => attributes['http.route'])).toContain('/health');
    },
  },
  {
    verifies: ['R16', 'M2'],
    title: 'leaves ignored requests out of the metrics where that is asked for',
    options: unmeasured,
    async run(bench) {
      await send(bench.server, '/health');
      await exchange(bench, '/users/1');
      const points = await bench.telemetry.metric(DURATION);
      expect(points.map(({ attributes }) => attributes['http.route'])).toEqual(['/users/:id']);
      expect(spanNames(bench)).toEqual(['GET /users/:id']);
    },
  },
  {
    verifies: ['R16', 'R17'],
    title: 'ignores by path, glob, regular expression and predicate',
    options: rules,
    async run(bench) {
      for (const path of ['/spans', '/spans/', '/api/acme/orders/7?x=1', '/users/42']) {
        await send(bench.server, path);
      }
      await send(bench.server, '/users/none', { method: 'DELETE' });
      await exchange(bench, '/users/none');
      expect(spanNames(bench)).toEqual(['GET /users/:id']);
    },
  },
  {
    verifies: ['R16'],
    title: 'ignores nothing by default',
    async run(bench) {
      const { span } = await exchange(bench, '/health');
      expect(span.name).toBe('GET /health');
    },
  },
];

function spanNames({ telemetry }: Bench): string[] {
  return telemetry.spans().filter(isServerSpan).map(({ name }) => name);
}
