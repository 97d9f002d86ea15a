import type { Span } from '@opentelemetry/api';
import type { RequestOptions } from '@otelier/core';
import { acceptViolation } from '../conventions/violation-ledger.js';
import { expectDiagnostics } from '../silence/expected-diagnostics.js';
import { exchange } from './server-span.js';
import type { Spec } from './spec.js';

const DURATION = 'http.server.request.duration';

const hooks: RequestOptions<object, object> = {
  onRequest: (span, request) => span.setAttribute('hook.url', String((request as { url?: string }).url)),
  onResponse: (span, request, response) => {
    const { params } = request as { params?: Record<string, string> };
    span.setAttribute('hook.params', JSON.stringify(params));
    span.setAttribute('hook.status', (response as { statusCode: number }).statusCode);
  },
  metricAttributes: (_request, response) => ({
    'shop.tier': 'gold',
    'http.request.method': 'FORGED',
    'hook.status': (response as { statusCode: number }).statusCode,
  }),
};
const named: RequestOptions<object, object> = {
  spanName: (request) => ((request as { url: string }).url.includes('named') ? 'a name of its own' : undefined),
};
const failing: RequestOptions<object, object> = {
  onRequest: (span: Span) => fail(span.setAttribute('hook.first', true)),
  onResponse: () => Promise.reject(new Error('later')) as unknown as void,
  spanName: () => fail(),
  metricAttributes: () => fail(),
};
const properties: RequestOptions<object, object> = {
  requestAttributes: ['params.id', 'headers.x-tenant', 'no.such.thing', 'headers'],
  metrics: { attributes: ['tenant.tier', 'params.id'] },
};

function fail(..._done: unknown[]): never {
  throw new Error('hook boom');
}

/** Hooks and attributes of the application. */
export const OPTION_SPECS: readonly Spec[] = [
  {
    verifies: ['R18'],
    title: "calls hooks with the span and the framework's request and response",
    options: hooks,
    async run(bench) {
      const { span } = await exchange(bench, '/users/42');
      expect(span.attributes).toMatchObject({
        'hook.url': '/users/42',
        'hook.params': '{"id":"42"}',
        'hook.status': 200,
      });
    },
  },
  {
    verifies: ['R18', 'M1'],
    title: 'measures with the attributes of a hook, which can not change those of the conventions',
    options: hooks,
    async run(bench) {
      await exchange(bench, '/users/42');
      const [point] = await bench.telemetry.metric(DURATION);
      expect(point?.attributes).toMatchObject({
        'shop.tier': 'gold',
        'hook.status': 200,
        'http.request.method': 'GET',
        'http.route': '/users/:id',
      });
    },
  },
  {
    verifies: ['R18'],
    title: 'names the span as a hook says, and by its route where the hook says nothing',
    options: named,
    async run(bench) {
      acceptViolation("the name is 'a name of its own'", 'the hook names the span');
      const { span } = await exchange(bench, '/users/named');
      expect([span.name, span.attributes['http.route']]).toEqual(['a name of its own', '/users/:id']);
      await bench.telemetry.clear();
      const other = await exchange(bench, '/users/other');
      expect(other.span.name).toBe('GET /users/:id');
    },
  },
  {
    verifies: ['R18'],
    title: 'tells once of hooks that throw or reject, and changes nothing else',
    options: failing,
    async run(bench) {
      expectDiagnostics('OTELIER_HOOK_FAILED');
      for (const id of ['1', '2']) {
        await bench.telemetry.clear();
        const { answer, span } = await exchange(bench, `/users/${id}`);
        expect([answer.status, answer.text]).toEqual([200, `{"id":"${id}"}`]);
        expect([span.name, span.attributes['hook.first']]).toEqual(['GET /users/:id', true]);
        const [point] = await bench.telemetry.metric(DURATION);
        expect(point?.attributes['http.route']).toBe('/users/:id');
      }
      for (const name of ['onRequest', 'onResponse', 'spanName', 'metricAttributes']) {
        const told = bench.telemetry.otel.status().problems.filter(({ message }) => message.startsWith(`${name} failed`));
        expect(told.map(({ code, count }) => [code, count >= 2])).toEqual([['OTELIER_HOOK_FAILED', true]]);
      }
    },
  },
  {
    verifies: ['R21'],
    title: "reads attributes from the framework's request, and leaves out what is not there or is no value",
    options: properties,
    async run(bench) {
      const { span } = await exchange(bench, '/users/42', { headers: { 'x-tenant': 'acme' } });
      expect(span.attributes).toMatchObject({ 'params.id': '42', 'headers.x-tenant': 'acme' });
      expect(span.attributes).not.toHaveProperty(['no.such.thing']);
      expect(span.attributes).not.toHaveProperty(['headers']);
    },
  },
  {
    verifies: ['R21'],
    title: 'sets attributes from anywhere in the request, also on the spans that begin from then on',
    async run(bench) {
      const { span } = await exchange(bench, '/attributes');
      const attributes = { 'user.id': 'u7', 'tenant.tier': 'gold', 'cart.items': 3 };
      expect(span.attributes).toMatchObject(attributes);
      const inner = await bench.telemetry.span(({ name }) => name === 'behind the attributes');
      expect(inner.attributes).toEqual(attributes);
    },
  },
  {
    verifies: ['R21', 'M1'],
    title: 'measures with those request attributes that are allowed, and with no other',
    options: properties,
    async run(bench) {
      await exchange(bench, '/attributes');
      const [point] = await bench.telemetry.metric(DURATION);
      expect(point?.attributes).toMatchObject({ 'tenant.tier': 'gold' });
      expect(point?.attributes).not.toHaveProperty(['user.id']);
      await bench.telemetry.clear();
      await exchange(bench, '/users/7');
      const [other] = await bench.telemetry.metric(DURATION);
      expect(other?.attributes).toMatchObject({ 'params.id': '7' });
    },
  },
  {
    verifies: ['R21', 'X6'],
    title: 'survives attributes whose getters throw, and bounds the others',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/hostile-attributes');
      expect(answer.status).toBe(200);
      expect(span.attributes['legal.one']).toBe('yes');
      expect(String(span.attributes['long'])).toHaveLength(1024);
      for (const name of ['nothing', 'nested', 'mixed', 'thrower']) {
        expect(span.attributes).not.toHaveProperty([name]);
      }
      expect(Object.getPrototypeOf(span.attributes)).toBe(Object.prototype);
    },
  },
  {
    verifies: ['R24'],
    title: "offers span, context and trace id on the framework's request, and writes the context into a carrier",
    async run(bench) {
      const { answer, span } = await exchange(bench, '/telemetry');
      const { traceId, spanId } = span.spanContext();
      expect(JSON.parse(answer.text)).toEqual({
        traceId,
        spanId,
        contextSpanId: spanId,
        carrier: { traceparent: `00-${traceId}-${spanId}-03` },
      });
      expect(span.attributes['order.id']).toBe(7);
    },
  },
];
