import { send, sendAndLeave } from './http-client.js';
import { durationMillis, exchange, serverSpan } from './server-span.js';
import type { Spec } from './spec.js';

const DURATION = 'http.server.request.duration';
const ACTIVE = 'http.server.active_requests';

/** The metrics of requests. */
export const METRIC_SPECS: readonly Spec[] = [
  {
    verifies: ['M1'],
    title: 'measures a duration in seconds that equals the span, with exactly the attributes of the conventions',
    async run(bench) {
      const { span } = await exchange(bench, '/users/42?secret=1');
      const points = await bench.telemetry.metric(DURATION);
      expect(points).toEqual([
        {
          attributes: {
            'http.request.method': 'GET',
            'url.scheme': bench.server.scheme,
            'http.route': '/users/:id',
            'http.response.status_code': 200,
            'network.protocol.version': bench.server.protocolVersion,
          },
          count: 1,
          sum: expect.closeTo(durationMillis(span) / 1000, 8) as number,
          boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
        },
      ]);
    },
  },
  {
    verifies: ['M1'],
    title: 'measures failed requests with their error type',
    async run(bench) {
      await exchange(bench, '/errors/sync');
      const [point] = await bench.telemetry.metric(DURATION);
      expect(point?.attributes).toMatchObject({ 'http.response.status_code': 500, 'error.type': 'BoomError' });
    },
  },
  {
    verifies: ['M1', 'M2'],
    title: 'measures a request that the client gave up, and counts it as active until then',
    async run(bench) {
      await sendAndLeave(bench.server, '/silent', 'before-headers');
      await serverSpan(bench);
      const [point] = await bench.telemetry.metric(DURATION);
      expect(point?.attributes).toEqual({
        'http.request.method': 'GET',
        'url.scheme': bench.server.scheme,
        'http.route': '/silent',
        'network.protocol.version': bench.server.protocolVersion,
        'error.type': 'client_disconnected',
      });
      const active = await bench.telemetry.metric(ACTIVE);
      expect(active.length).toBeGreaterThan(0);
      expect(active.filter(({ sum }) => sum !== 0)).toEqual([]);
    },
  },
  {
    verifies: ['M1'],
    title: 'measures a request that is not sampled',
    async run(bench) {
      await send(bench.server, '/users/1', {
        headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' },
      });
      const [point] = await bench.telemetry.metric(DURATION);
      expect(point).toMatchObject({ count: 1, attributes: { 'http.route': '/users/:id' } });
    },
  },
  {
    verifies: ['M2'],
    title: 'counts active requests by method and scheme while they run',
    async run(bench) {
      const answer = send(bench.server, '/stream');
      await bench.telemetry.waitForActive(1);
      const [point] = await bench.telemetry.metric(ACTIVE);
      expect(point?.attributes).toEqual({ 'http.request.method': 'GET', 'url.scheme': bench.server.scheme });
      await answer;
      await bench.telemetry.waitForActive(0);
    },
  },
];
