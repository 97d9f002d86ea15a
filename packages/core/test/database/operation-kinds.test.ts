import { verifies } from '@otelier/testkit';
import type { DatabaseQuery, DatabaseServer } from '../../src/database/database-call';
import type * as OperationKinds from '../../src/database/operation-kinds';

const SERVER: DatabaseServer = { system: 'postgresql', namespace: 'shop', address: 'db', port: 5432 };

function named(name: string, nameAttribute: DatabaseQuery['nameAttribute'] = 'db.query.summary'): DatabaseQuery {
  return { name, nameAttribute, isChangeable: false, addTo: () => {} };
}

describe('what operations have in common', () => {
  let operationKind: typeof OperationKinds.operationKind;

  beforeEach(async () => {
    jest.resetModules();
    ({ operationKind } = await import('../../src/database/operation-kinds'));
  });

  verifies('D1', 'is server and name, without what is not known', () => {
    expect(operationKind(SERVER, named('SELECT users')).attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'server.address': 'db',
      'server.port': 5432,
      'db.query.summary': 'SELECT users',
    });
    const unknown = { system: 'redis', namespace: undefined, address: '', port: undefined };
    expect(operationKind(unknown, named('GET', 'db.operation.name')).attributes).toEqual({
      'db.system.name': 'redis',
      'db.operation.name': 'GET',
    });
  });

  verifies('D1', 'is made once for a server, whichever object tells of it', () => {
    const kind = operationKind(SERVER, named('SELECT users'));
    expect(operationKind({ ...SERVER }, named('SELECT users'))).toBe(kind);
    const others = [{ system: 'mysql' }, { namespace: 'stock' }, { address: 'replica' }, { port: 5433 }];
    const kinds = others.map((other) => operationKind({ ...SERVER, ...other }, named('SELECT users')));
    expect(new Set([kind, ...kinds]).size).toBe(5);
    expect(kinds.map(({ attributes }) => attributes['db.namespace'])).toEqual(['shop', 'stock', 'shop', 'shop']);
  });

  verifies('D1', 'tells an operation without a summary from one whose summary is the same text', () => {
    const summarized = operationKind(SERVER, named('postgresql'));
    const bare = operationKind(SERVER, { ...named('postgresql'), nameAttribute: undefined });
    expect(summarized.attributes).toHaveProperty(['db.query.summary'], 'postgresql');
    expect(bare.attributes).not.toHaveProperty(['db.query.summary']);
    expect(operationKind(SERVER, named('postgresql'))).toBe(summarized);
  });

  verifies(['D1', 'X6'], 'is right, and kept for no more than a thousand servers beside the first', () => {
    const servers = Array.from({ length: 1010 }, (_, port) => ({ ...SERVER, port: port + 1 }));
    const kinds = servers.map((server) => operationKind(server, named('SELECT users')));
    expect(kinds.map(({ attributes }) => attributes['server.port'])).toEqual(servers.map(({ port }) => port));
    const isKept = servers.map((server, index) => operationKind(server, named('SELECT users')) === kinds[index]);
    expect(isKept.indexOf(false)).toBe(1004);
    expect(isKept.lastIndexOf(true)).toBe(1003);
  });

  verifies(['D1', 'X6'], 'is right, and kept for no more than two thousand names', () => {
    const names = Array.from({ length: 2010 }, (_, id) => `SELECT tenant_${id}`);
    const kinds = names.map((name) => operationKind(SERVER, named(name)));
    expect(kinds.map(({ attributes }) => attributes['db.query.summary'])).toEqual(names);
    const isKept = names.map((name, index) => operationKind(SERVER, named(name)) === kinds[index]);
    expect(isKept.indexOf(false)).toBe(2000);
    expect(isKept.lastIndexOf(true)).toBe(1999);
  });
});
