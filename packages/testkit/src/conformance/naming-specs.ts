import { SpanStatusCode } from '@opentelemetry/api';
import { send } from './http-client.js';
import { exchange, isServerSpan } from './server-span.js';
import type { Spec } from './spec.js';

/** Names, routes and attributes of request spans. */
export const NAMING_SPECS: readonly Spec[] = [
  {
    verifies: ['R1', 'R2'],
    title: 'names the one span of a request with method and route template, not with the path',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/users/42');
      expect(answer.text).toBe('{"id":"42"}');
      expect(span.name).toBe('GET /users/:id');
      expect(span.attributes['http.route']).toBe('/users/:id');
      expect(span.instrumentationScope.name).toBe(bench.host.scope);
      expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
      expect(bench.telemetry.spans()).toHaveLength(1);
    },
  },
  {
    verifies: ['R1'],
    title: 'names a request without a route with its method alone',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/no/such/place/4711');
      expect(answer.status).toBe(404);
      expect(span.name).toBe('GET');
      expect(span.attributes['http.route']).toBeUndefined();
      expect(span.attributes['http.response.status_code']).toBe(404);
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
    },
  },
  {
    verifies: ['R1'],
    title: 'names a HEAD request by the GET route that answers it',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/users/42', { method: 'HEAD' });
      expect([answer.status, answer.text]).toEqual([200, '']);
      expect([span.name, span.attributes['http.request.method']]).toEqual(['HEAD /users/:id', 'HEAD']);
    },
  },
  {
    verifies: ['R2'],
    title: 'gives the template of a route whose parameter is percent-encoded',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/api/a%20b/orders/%2F%c3%a9');
      expect(answer.text).toBe('{"order":"/é"}');
      expect(span.attributes['http.route']).toBe('/api/:tenant/orders/:order');
      expect(span.attributes['url.path']).toBe('/api/a%20b/orders/%2F%c3%a9');
    },
  },
  {
    verifies: ['R2'],
    title: 'gives the whole template of a route below a mount with a parameter',
    async run(bench) {
      const { answer, span } = await exchange(bench, '/api/acme/orders/7?x=1');
      expect(answer.text).toBe('{"order":"7"}');
      expect(span.name).toBe('GET /api/:tenant/orders/:order');
      expect(span.attributes['http.route']).toBe('/api/:tenant/orders/:order');
    },
  },
  {
    verifies: ['R2'],
    title: 'keeps the template when a parameter has the value of a static part',
    async run(bench) {
      const { span } = await exchange(bench, '/api/api/orders/orders');
      expect(span.attributes['http.route']).toBe('/api/:tenant/orders/:order');
    },
  },
  {
    verifies: ['R3'],
    title: 'records the attributes of the conventions, the query apart from the path and without secrets',
    async run(bench) {
      const { span } = await exchange(bench, '/users/42?page=2&api_key=hunter2&PASSWORD=hunter2&x=%31', {
        headers: { 'user-agent': 'conformance/1.0', host: 'shop.example:8080' },
      });
      expect(span.attributes).toEqual({
        'http.request.method': 'GET',
        'url.scheme': bench.server.scheme,
        'url.path': '/users/42',
        'url.query': 'page=2&api_key=REDACTED&PASSWORD=REDACTED&x=%31',
        'server.address': 'shop.example',
        'server.port': 8080,
        'client.address': '127.0.0.1',
        'network.peer.address': '127.0.0.1',
        'network.peer.port': expect.any(Number) as number,
        'network.protocol.version': bench.server.protocolVersion,
        'user_agent.original': 'conformance/1.0',
        'http.response.status_code': 200,
        'http.route': '/users/:id',
      });
    },
  },
  {
    verifies: ['R3'],
    title: 'records a method that the conventions do not know as _OTHER, under the name HTTP',
    async run(bench) {
      const answer = await send(bench.server, '/users/42', { method: 'PROPFIND' });
      const span = await bench.telemetry.span(isServerSpan);
      expect(answer.status).toBe(404);
      expect(span.name).toBe('HTTP');
      expect(span.attributes['http.request.method']).toBe('_OTHER');
      expect(span.attributes['http.request.method_original']).toBe('PROPFIND');
    },
  },
  {
    verifies: ['R4'],
    title: 'ignores forwarded headers that the framework was not told to trust',
    async run(bench) {
      const { span } = await exchange(bench, '/users/42', {
        headers: {
          'x-forwarded-for': '203.0.113.9',
          'x-forwarded-proto': bench.server.scheme === 'http' ? 'https' : 'http',
          'x-forwarded-host': 'evil.example',
        },
      });
      expect(span.attributes['client.address']).toBe('127.0.0.1');
      expect(span.attributes['url.scheme']).toBe(bench.server.scheme);
      expect(span.attributes['server.address']).toBe('127.0.0.1');
      expect(span.attributes['server.port']).toBe(bench.server.port);
    },
  },
];
