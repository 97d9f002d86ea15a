import { conventionViolations } from '../src/conventions/conventions';
import type { SpanRecord } from '../src/conventions/span-record';
import { changed, failed, failedQuery, query, type Changes } from './example-spans';

const good: readonly [string, SpanRecord][] = [
  ['a query', query],
  ['a query that failed', failedQuery],
  ['a query without a summary', changed(query, { name: 'postgresql', attributes: { 'db.query.summary': undefined } })],
  [
    'a command on a collection',
    changed(query, {
      name: 'get carts',
      attributes: {
        'db.system.name': 'redis',
        'db.query.summary': undefined,
        'db.operation.name': 'get',
        'db.collection.name': 'carts',
      },
    }),
  ],
  [
    'a query of a system that the registry does not list',
    changed(query, { attributes: { 'db.system.name': 'tigerbeetle' } }),
  ],
];

const ofQueries: readonly [string, Changes][] = [
  ['db.system.name is missing, and span.db.client requires it', { attributes: { 'db.system.name': undefined } }],
  [
    'db.client.connection.pool.name is no attribute of span.db.client',
    { attributes: { 'db.client.connection.pool.name': 'a' } },
  ],
  ['http.route is no attribute of span.db.client', { attributes: { 'http.route': '/' } }],
  ["the name is 'users', not 'SELECT users'", { name: 'users' }],
  ["the name is 'users', not 'shop|public'", { name: 'users', attributes: { 'db.query.summary': undefined } }],
  ["the name is more than one line: 'a\\tb'", { name: 'a\tb', attributes: { 'db.query.summary': 'a\tb' } }],
  ['db.namespace is empty', { attributes: { 'db.namespace': '' } }],
  ['server.port is set without server.address', { attributes: { 'server.address': undefined, 'server.port': 5432 } }],
  ['the status is OK, which is for the application to set', { status: { code: 'OK' } }],
  ['error.type is missing though the status is ERROR', { status: failed }],
  ["error.type is 'Timeout' though the status is UNSET", { attributes: { 'error.type': 'Timeout' } }],
  ['db.operation.batch.size is no batch: 1', { attributes: { 'db.operation.batch.size': 1 } }],
  ['db.response.returned_rows is negative: -1', { attributes: { 'db.response.returned_rows': -1 } }],
  ['db.response.status_code is not of type string: 1064', { attributes: { 'db.response.status_code': 1064 } }],
];

describe('the conventions for database spans', () => {
  it.each(good)('are kept by %s', (_, span) => {
    expect(conventionViolations(span)).toEqual([]);
  });

  it.each(ofQueries)('are broken by a query: %s', (sentence, changes) => {
    expect(conventionViolations(changed(query, changes))).toEqual([sentence]);
  });

  it('is named for a name of more than 255 characters, and for one of two lines', () => {
    const name = `${'a'.repeat(255)}\nb`;
    expect(conventionViolations(changed(query, { name, attributes: { 'db.query.summary': name } }))).toEqual([
      expect.stringContaining('the name is more than one line'),
      expect.stringContaining('the name is longer than 255'),
      expect.stringContaining('db.query.summary is not one line'),
    ]);
  });
});
