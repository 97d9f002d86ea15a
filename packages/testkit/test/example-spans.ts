import type { SpanRecord } from '../src/conventions/span-record';

/** What another span has otherwise. */
export type Changes = Partial<Omit<SpanRecord, 'attributes'>> & {
  /** Beside those of the span that is changed; `undefined` takes one away. */
  readonly attributes?: Readonly<Record<string, unknown>>;
};

/** The status of what failed. */
export const failed = { code: 'ERROR' } as const;

/** A span with some of it changed. */
export function changed(span: SpanRecord, { attributes = {}, ...changes }: Changes): SpanRecord {
  const all = Object.entries({ ...span.attributes, ...attributes });
  return { ...span, ...changes, attributes: Object.fromEntries(all.filter(([, value]) => value !== undefined)) };
}

/** A span of no convention. */
export const plain: SpanRecord = {
  kind: 'INTERNAL',
  name: 'work',
  scope: '@otelier/test',
  attributes: {},
  status: { code: 'UNSET' },
  events: [],
  links: [],
};

/** A SERVER span of an HTTP request. */
export const request = changed(plain, {
  kind: 'SERVER',
  name: 'GET /users/:id',
  attributes: {
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'http.route': '/users/:id',
    'url.scheme': 'https',
    'url.path': '/users/7',
    'url.query': 'page=2&sig=REDACTED',
    'server.address': 'shop.example',
    'server.port': 443,
    'client.address': '203.0.113.9',
    'network.peer.address': '10.0.0.1',
    'network.peer.port': 50_000,
    'network.protocol.version': '1.1',
    'user_agent.original': 'curl/8',
    'http.request.header.accept': ['text/html', 'text/plain'],
    'user.id': '7',
    'shop.basket.size': 3,
  },
});
/** The same, failed. */
export const failedRequest = changed(request, {
  status: { ...failed, message: 'none left' },
  attributes: { 'http.response.status_code': 500, 'error.type': 'StockError' },
  events: [{ name: 'exception', attributes: { 'exception.type': 'StockError', 'exception.stacktrace': 'at shop' } }],
});
/** A CLIENT span of an HTTP request. */
export const call = changed(plain, {
  kind: 'CLIENT',
  name: 'POST',
  attributes: {
    'http.request.method': 'POST',
    'http.response.status_code': 201,
    'url.full': 'https://REDACTED:REDACTED@api.example/orders?a=1',
    'server.address': 'api.example',
    'server.port': 443,
  },
});
/** A CLIENT span of a database query. */
export const query = changed(plain, {
  kind: 'CLIENT',
  name: 'SELECT users',
  attributes: {
    'db.system.name': 'postgresql',
    'db.namespace': 'shop|public',
    'db.query.summary': 'SELECT users',
    'db.query.text': 'SELECT\n? FROM users',
    'db.query.parameter.0': '7',
    'server.address': '127.0.0.1',
  },
});
/** The same, failed. */
export const failedQuery = changed(query, {
  status: { ...failed, message: '22P02' },
  attributes: { 'error.type': '22P02', 'db.response.status_code': '22P02' },
});
