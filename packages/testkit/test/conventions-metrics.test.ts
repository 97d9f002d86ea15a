import { metricViolations } from '../src/conventions/metric-rules';
import type { MetricRecord } from '../src/conventions/metric-record';

const request = { 'http.request.method': 'GET', 'url.scheme': 'https' };
const answered = {
  ...request,
  'http.route': '/users/:id',
  'http.response.status_code': 200,
  'network.protocol.version': '2',
};

function metric(name: string, unit: string, ...points: Record<string, unknown>[]): MetricRecord {
  return { name, unit, scope: '@otelier/test', points };
}

const durations = (...points: Record<string, unknown>[]): MetricRecord =>
  metric('http.server.request.duration', 's', ...points);

describe('the conventions for metrics', () => {
  it.each([
    [
      'the durations of requests',
      durations(request, answered, { ...answered, 'http.response.status_code': 500, 'error.type': 'StockError' }),
    ],
    ['an attribute of the application', durations({ ...answered, 'shop.tenant': 'acme' })],
    ['active requests', metric('http.server.active_requests', '{request}', request)],
    [
      'the durations of queries',
      metric('db.client.operation.duration', 's', {
        'db.system.name': 'mysql',
        'db.query.summary': 'SELECT a',
        'server.address': 'a',
        'server.port': 1,
      }),
    ],
    [
      'connections',
      metric('db.client.connection.count', '{connection}', {
        'db.client.connection.pool.name': 'a',
        'db.client.connection.state': 'idle',
      }),
    ],
    ['a metric of the application', metric('shop.orders', '1', { 'shop.tenant': 'acme' })],
  ])('are kept by %s', (_, record) => {
    expect(metricViolations(record)).toEqual([]);
  });

  it.each([
    ["the unit is 'ms', not 's'", metric('http.server.request.duration', 'ms', answered)],
    ['url.scheme is missing', durations(answered, { ...answered, 'url.scheme': undefined })],
    ['server.address is no attribute of this metric', durations({ ...answered, 'server.address': 'a.example' })],
    [
      'http.route is no attribute of this metric',
      metric('http.server.active_requests', '{request}', { ...request, 'http.route': '/' }),
    ],
    [
      'db.query.text is no attribute of this metric',
      metric('db.client.operation.duration', 's', { 'db.system.name': 'mysql', 'db.query.text': 'SELECT ?' }),
    ],
    ['db.client.connection.pool.name is missing', metric('db.client.connection.max', '{connection}', {})],
    [
      "http.request.method is none of the values that there are: 'FOO'",
      durations({ ...answered, 'http.request.method': 'FOO' }),
    ],
    ['http.status_code is deprecated: http.response.status_code', durations({ ...answered, 'http.status_code': 200 })],
    [
      'error.type is missing though http.response.status_code is 503',
      durations({ ...answered, 'http.response.status_code': 503 }),
    ],
    ['the conventions have no such metric, but its namespace is theirs', metric('http.server.duration', 'ms', {})],
  ])('are broken: %s', (sentence, record) => {
    const points = record.points.map((point) =>
      Object.fromEntries(Object.entries(point).filter(([, value]) => value !== undefined)),
    );
    expect(metricViolations({ ...record, points })).toEqual([sentence]);
  });
});
