import { verifies } from '@otelier/testkit';
import { serverOf } from '../../../src/integrations/ioredis/driver-objects';
import { redisServer } from '../../../src/integrations/redis/server-address';

verifies(['D3', 'D9'], 'records no port without an address, and neither of what is none', () => {
  const wrong = [
    { address: '', port: 6379 },
    { address: undefined, port: 6379 },
    { address: { host: 'x' }, port: 6379 },
    { address: '/tmp/redis.sock', port: undefined },
    { address: 'cache', port: 'hunter2' },
    { address: 'cache', port: 70_000 },
  ].map((endpoint) => redisServer({ ...endpoint, database: 0 }));
  expect(wrong.map(({ address, port }) => [address, port])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
    [undefined, undefined],
    ['/tmp/redis.sock', undefined],
    ['cache', undefined],
    ['cache', undefined],
  ]);
  expect(redisServer({ address: 'cache', port: '6380', database: 15 })).toEqual({
    system: 'redis',
    namespace: '15',
    address: 'cache',
    port: 6380,
  });
});

verifies(['D3', 'D9'], 'takes the address of a client from its options, of a cluster from the first that it was given', () => {
  const known = [
    { options: {} },
    { options: { host: 'cache', port: 6380, db: 3 } },
    { options: { host: 'cache', db: 3 }, condition: { select: 4 } },
    { options: { path: '/tmp/redis.sock', host: 'localhost', port: 6379 } },
    { options: { sentinels: [{ host: 'sentinel', port: 26_379 }], host: 'localhost', port: 6379 } },
    { options: {}, startupNodes: [{ host: 'node-1', port: 7000 }, { host: 'node-2', port: 7001 }] },
  ].map(serverOf);
  expect(known.map(({ address, port, namespace }) => [address, port, namespace])).toEqual([
    ['localhost', 6379, '0'],
    ['cache', 6380, '3'],
    ['cache', 6379, '4'],
    ['/tmp/redis.sock', undefined, '0'],
    [undefined, undefined, '0'],
    ['node-1', 7000, '0'],
  ]);
});
