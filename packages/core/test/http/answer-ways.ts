import type { ServerResponse } from 'node:http';

/** Answers a request in one of the ways in which a program can. */
export type Answer = (response: ServerResponse) => void;

/** Calls `writeHead` with arguments that types forbid too. */
function head(...args: unknown[]): Answer {
  return (response) => {
    Reflect.apply(Reflect.get(response, 'writeHead') as () => unknown, response, args);
    response.end('x');
  };
}

const set =
  (headers: Record<string, string | string[]>, then: Answer): Answer =>
  (response) => {
    Object.entries(headers).forEach(([name, value]) => response.setHeader(name, value));
    then(response);
  };

/** What middleware does that comes later. */
const wrapHead: Answer = (response) => {
  const before = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = ((...args: unknown[]) => before(...args)) as typeof response.writeHead;
};

const end: Answer = (response) => response.end('x');

/** Ways that Node answers, in HTTP/1 as in HTTP/2. */
export const ANSWERS: Record<string, Answer> = {
  'no headers': end,
  'headers that are set': set({ 'X-A': '1', 'Set-Cookie': ['a=1', 'b=2'] }, end),
  'headers that are set, and a status': set({ 'X-A': '1' }, head(201)),
  'headers that are set and taken away': set({ 'X-A': '1' }, (response) => {
    response.removeHeader('X-A');
    head(200, { 'X-B': '2' })(response);
  }),
  'appended headers': (response) => {
    response.appendHeader('X-A', '1').appendHeader('X-A', '2');
    response.end('x');
  },
  'a status alone': head(202),
  'a status and no headers': head(200, undefined),
  'a status, no reason, and headers': head(200, undefined, { 'Content-Type': 'text/plain', 'Set-Cookie': 'sid=1' }),
  'a status, null, and headers': head(200, null, { 'X-A': '1' }),
  'an object': head(200, { 'X-A': '1', 'X-Number': 5 }),
  'an object without members': head(200, {}),
  'an object with lists': head(200, { 'Set-Cookie': ['a=1', 'b=2'], 'X-Multi': ['1', '2'] }),
  'an object with a name in two cases': head(200, { 'X-a': '1', 'x-A': '2' }),
  'an object with inherited members': head(200, Object.assign(Object.create({ 'X-Not': '1' }), { 'X-Own': '2' })),
  'an object without a prototype': head(200, Object.assign(Object.create(null), { 'X-A': '1' })),
  'an object with a getter': head(200, Object.defineProperty({}, 'X-A', { enumerable: true, get: () => '1' })),
  'an object that is frozen': head(200, Object.freeze({ 'X-A': '1', 'Server-Timing': 'db' })),
  'a Map, of which Node reads nothing': head(200, new Map([['X-A', '1']])),
  'a flat list': head(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-A', '1']),
  'a flat list with a name in two cases': head(200, ['X-a', '1', 'x-A', '2']),
  'a flat list with lists': head(200, ['X-A', ['1', '2'], 'X-B', '3']),
  'an empty list': head(200, []),
  'a list of pairs': head(200, [['Set-Cookie', 'a=1'], ['Set-Cookie', 'b=2'], ['X-A', '1']]),
  'a list of pairs with a name in two cases': head(200, [['X-a', '1'], ['x-A', '2']]),
  'a list of pairs with lists': head(200, [['X-A', ['1', '2']], ['Server-Timing', ['db', 'app']]]),
  'the headers of a fetched response': head(200, [...new Headers([['set-cookie', 'a=1'], ['set-cookie', 'b=2'], ['x-a', '1']])]),
  'a flat list of what is set as well': set({ 'X-A': '0', 'X-C': '3' }, head(200, ['x-a', '1', 'x-a', '2'])),
  'an object of what is set as well': set({ 'X-A': '0', 'X-C': '3' }, head(200, { 'x-a': '1', 'X-B': '2' })),
  'timings that are set': set({ 'Server-Timing': 'db;dur=3' }, end),
  'timings on two lines': set({ 'Server-Timing': ['db;dur=3', 'app;dur=4'] }, end),
  'timings in an object': head(200, { 'Server-Timing': 'db;dur=3' }),
  'timings in an object, as a list': head(200, { 'server-timing': ['db;dur=3', 'app;dur=4'] }),
  'timings in a flat list': head(200, ['Server-Timing', 'db;dur=3', 'X-A', '1', 'SERVER-TIMING', 'app;dur=4']),
  'timings in a list of pairs': head(200, [['Server-Timing', 'db;dur=3'], ['X-A', '1']]),
  'timings that are set, and given': set({ 'Server-Timing': 'db;dur=3' }, head(200, { 'SERVER-timing': 'app;dur=4' })),
  'timings that are set, and given in a flat list': set({ 'Server-Timing': 'a' }, head(200, ['Server-Timing', 'b', 'X-A', '1'])),
  'timings without a value': head(200, { 'Server-Timing': '' }),
  'exposed names that are set': set({ 'Access-Control-Expose-Headers': ['X-A', 'X-B,X-C'] }, end),
  'exposed names in an object': head(200, { 'Access-Control-Expose-Headers': 'X-A' }),
  'exposed names in a flat list': head(200, ['access-control-expose-headers', 'X-A']),
  'all names exposed, with credentials': set({ 'Access-Control-Allow-Credentials': 'true' }, head(200, { 'Access-Control-Expose-Headers': '*' })),
  'a length': head(200, { 'Content-Length': 1 }),
  'a date of its own': head(200, { Date: 'Sun, 06 Nov 1994 08:49:37 GMT' }),
  'no content': (response) => response.writeHead(204).end(),
  'nothing new': set({ ETag: '"1"' }, (response) => response.writeHead(304).end()),
  'parts of a body': set({ 'X-A': '1' }, (response) => {
    response.write('a');
    response.end('b');
  }),
  'flushed headers': (response) => {
    response.flushHeaders();
    response.end('x');
  },
  'early hints': (response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    head(200, { 'X-A': '1' })(response);
  },
  'trailers': (response) => {
    response.writeHead(200, { Trailer: 'X-T' });
    response.write('a');
    response.addTrailers({ 'X-T': '1' });
    response.end();
  },
  'a writeHead that middleware replaced later': (response) => {
    wrapHead(response);
    head(200, { 'X-A': '1' })(response);
  },
};

/** Ways with a reason, about which Node warns in HTTP/2, where there is none. */
export const ANSWERS_WITH_REASON: Record<string, Answer> = {
  'a reason': head(404, 'Nix'),
  'a reason and headers': head(404, 'Nix', { 'X-A': '1' }),
  'a reason and a list': head(404, 'Nix', ['X-A', '1', 'X-A', '2']),
  'a reason and null': head(200, 'OK', null),
  'a reason and a text, of which Node makes headers': head(200, 'OK', 'ab'),
};

/** Ways that only HTTP/2 has. */
export const ANSWERS_OF_HTTP2: Record<string, Answer> = {
  'a name with blanks around it': head(200, { ' Server-Timing ': 'db', 'X-A': '1' }),
};

/** Calls that Node refuses, in HTTP/1, in HTTP/2, or in both, or of which it makes something odd. */
export const REFUSED_ANSWERS: Record<string, Answer> = {
  'a status that is none': head(99_999),
  'no status': head(),
  'null for headers': head(200, null),
  'a line break in a value': head(200, { 'X-A': 'b\nc', 'X-B': '1' }),
  'a line break in a timing': head(200, { 'Server-Timing': 'b\nc' }),
  'no value': head(200, { 'X-A': undefined }),
  'a timing without a value': head(200, { 'Server-Timing': undefined, 'X-A': '1' }),
  'a traceresponse without a value': head(200, ['traceresponse', undefined]),
  'an exposed name without a value': head(200, { 'Access-Control-Expose-Headers': [undefined] }),
  'a name with a blank': head(200, { 'X A': '1' }),
  'a list of odd length': head(200, ['X-A', '1', 'X-B']),
  'a list without names': head(200, [undefined, '1']),
  'a pair behind texts': head(200, ['X-A', '1', ['X-B', '2'], 'X-C']),
  'pairs with a text between': head(200, [['X-A', 'a'], 'bc']),
  'a pair of one': head(200, [['X-A']]),
  'pairs of what is set as well': set({ 'X-A': '0' }, head(200, [['X-A', '1'], ['X-A', '2']])),
  'headers twice': (response) => {
    head(200, { 'X-A': '1' })(response);
    response.writeHead(200, { 'X-B': '1' });
  },
  'headers twice, with a writeHead that middleware replaced later': (response) => {
    wrapHead(response);
    head(200, { 'X-A': '1' })(response);
    response.writeHead(200, { 'X-B': '1' });
  },
  'a status that is none, and pairs after it': (response) => {
    try {
      response.writeHead(1);
    } catch {
      head(200, [['X-A', '1'], ['X-A', '2']])(response);
    }
  },
};

export const REFUSED_REASON: Answer = head(200, 'a\nb', { 'X-A': '1' });
