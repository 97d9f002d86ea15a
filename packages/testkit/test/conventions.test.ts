import { conventionViolations } from '../src/conventions/conventions';
import { REGISTRY_TAG } from '../src/conventions/registry';
import type { SpanRecord } from '../src/conventions/span-record';
import { changed, plain, type Changes } from './example-spans';

const good: readonly [string, SpanRecord][] = [
  ['a span without attributes', plain],
  [
    'an internal span with attributes of a request',
    changed(plain, { attributes: { 'http.route': '/users/:id', 'code.function.name': 'Users.get' } }),
  ],
  [
    'a link and an event of its own',
    changed(plain, {
      links: [{ attributes: { 'shop.kind': 'old' } }],
      events: [{ name: 'slow', attributes: { 'shop.rows': 7 } }],
    }),
  ],
  [
    'numbers, booleans and lists of their types',
    changed(plain, {
      attributes: { 'app.jank.period': 0.5, 'faas.coldstart': true, 'process.command_args': ['a', 'b'] },
    }),
  ],
  ['a whole number as a double', changed(plain, { attributes: { 'app.jank.period': 2 } })],
  ['a 64-bit integer', changed(plain, { attributes: { 'code.line.number': 2n ** 60n } })],
];

const everywhere: readonly [string, Changes][] = [
  ['the span has no name', { name: '' }],
  ["the status UNSET has a description: 'why'", { status: { code: 'UNSET', message: 'why' } }],
  ['an event has no name', { events: [{ name: '', attributes: {} }] }],
  [
    'an exception event has neither exception.type nor exception.message',
    { events: [{ name: 'exception', attributes: {} }] },
  ],
  [
    "in the event 'exception': exception.message is not of type string: 7",
    { events: [{ name: 'exception', attributes: { 'exception.message': 7 } }] },
  ],
  ['in a link: http.method is deprecated: http.request.method', { links: [{ attributes: { 'http.method': 'GET' } }] }],
  ['an attribute has an empty name', { attributes: { '': 1 } }],
  ['http.method is deprecated: http.request.method', { attributes: { 'http.method': 'GET' } }],
  [
    'url.pathname is no attribute of the conventions, but its namespace is theirs',
    { attributes: { 'url.pathname': '/' } },
  ],
  ['error is no attribute of the conventions, but its namespace is theirs', { attributes: { error: true } }],
  [
    'http.request.header is no attribute of the conventions, but its namespace is theirs',
    { attributes: { 'http.request.header': ['a'] } },
  ],
  [
    'http.request.header. is no attribute of the conventions, but its namespace is theirs',
    { attributes: { 'http.request.header.': ['a'] } },
  ],
  ['shop.basket is null', { attributes: { 'shop.basket': null } }],
  ['shop.basket is an empty array', { attributes: { 'shop.basket': [] } }],
  [
    'shop.basket is neither a text, a number, a boolean, nor an array of one of them: { a: 1 }',
    { attributes: { 'shop.basket': { a: 1 } } },
  ],
  [
    "shop.basket is neither a text, a number, a boolean, nor an array of one of them: [ 1, 'a' ]",
    { attributes: { 'shop.basket': [1, 'a'] } },
  ],
  ['shop.basket is longer than 16384: 16385', { attributes: { 'shop.basket': ['', 'a'.repeat(16_385)] } }],
  ["server.port is not of type int: '80'", { attributes: { 'server.address': 'a', 'server.port': '80' } }],
  ["app.jank.period is not of type double: '1'", { attributes: { 'app.jank.period': '1' } }],
  ['faas.coldstart is not of type boolean: 1', { attributes: { 'faas.coldstart': 1 } }],
  ['code.line.number is not of type int: 1.5', { attributes: { 'code.line.number': 1.5 } }],
  ["http.request.header.accept is not of type string[]: 'a'", { attributes: { 'http.request.header.accept': 'a' } }],
  [
    "http.request.header.Accept does not have the header's name in lower case",
    { attributes: { 'http.request.header.Accept': ['a'] } },
  ],
  ['http.request.method is not of type string: 7', { attributes: { 'http.request.method': 7 } }],
  [
    "http.request.method is none of the values that there are: 'PROPFIND'",
    { attributes: { 'http.request.method': 'PROPFIND' } },
  ],
  [
    "db.system.name is 'PostgreSQL', which the conventions write 'postgresql'",
    { attributes: { 'db.system.name': 'PostgreSQL' } },
  ],
];

describe(`the conventions ${REGISTRY_TAG} for any span`, () => {
  it.each(good)('are kept by %s', (_, span) => {
    expect(conventionViolations(span)).toEqual([]);
  });

  it.each(everywhere)('are broken by a span: %s', (sentence, changes) => {
    expect(conventionViolations(changed(plain, changes))).toEqual([sentence]);
  });
});
