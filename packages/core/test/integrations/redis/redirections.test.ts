import { SpanKind } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { askRedis, describeWith, findFreePort, startPrivateRedis, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { Cluster, type ClusterOptions } from 'ioredis';
import ioredis5 from 'ioredis-5';
import ioredis4 from 'ioredis-4';
import * as redis from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';

type Server = Awaited<ReturnType<typeof startPrivateRedis>>;

const IOREDIS: readonly [string, typeof Cluster][] = [
  ['ioredis 6', Cluster],
  ['ioredis 5.10', (ioredis5 as unknown as { Cluster: typeof Cluster }).Cluster],
  ['ioredis 4', (ioredis4 as unknown as { Cluster: typeof Cluster }).Cluster],
];
const NODE_REDIS: readonly [string, typeof redis.createCluster][] = [
  ['redis 6', redis.createCluster],
  ['redis 5.11', redis5.createCluster as unknown as typeof redis.createCluster],
  ['redis 4', redis4.createCluster as unknown as typeof redis.createCluster],
];

let first: Server;
let second: Server;
let ids: readonly [first: string, second: string];
let telemetry: TelemetryProbe;
/** The key that the first node sends on: a new one each time, as nodes tell each other of their slots when they like. */
let key: string;
let keys = 0;

const commands = (): unknown[] =>
  telemetry
    .spans()
    .filter(({ kind }) => kind === SpanKind.CLIENT)
    .map(({ name, attributes }) => [name, attributes['error.type']]);

const address = (server: Server): { host: string; port: number; password: string } => {
  const { hostname, port, password } = new URL(server.url);
  return { host: hostname, port: Number(port), password };
};

/** Has the first node send everybody who asks for a new key to the second, for once or for good. */
async function redirect(how: 'ASK' | 'MOVED'): Promise<void> {
  const slot = await newKey();
  const setSlot = (...state: string[]): string[] => ['CLUSTER', 'SETSLOT', slot, ...state];
  await askRedis(second.url, setSlot('IMPORTING', ids[0]));
  await askRedis(first.url, setSlot('MIGRATING', ids[1]));
  if (how === 'MOVED') {
    await askRedis(second.url, setSlot('NODE', ids[1]));
    await askRedis(first.url, setSlot('NODE', ids[1]));
  }
}

/** Chooses a key of the first node, and gives its slot. */
async function newKey(): Promise<string> {
  keys += 1;
  key = `text ${keys}`;
  const [answer = ''] = await askRedis(first.url, ['CLUSTER', 'KEYSLOT', key]);
  const slot = /\d+/.exec(answer)?.[0] ?? '';
  return Number(slot) <= 8191 ? slot : newKey();
}

describeWith('redis', 'a cluster whose first node redirects', () => {
  beforeAll(async () => {
    const buses = [await findFreePort(), await findFreePort()];
    const settings = (bus = 0): { lines: string[] } => ({
      lines: ['cluster-enabled yes', `cluster-port ${bus}`, 'cluster-announce-ip 127.0.0.1'],
    });
    [first, second] = await Promise.all([startPrivateRedis(settings(buses[0])), startPrivateRedis(settings(buses[1]))]);
    second = { ...second, url: await takePassword(second.url, new URL(first.url).password) };
    await askRedis(first.url, ['CLUSTER', 'ADDSLOTSRANGE', '0', '8191']);
    await askRedis(second.url, ['CLUSTER', 'ADDSLOTSRANGE', '8192', '16383']);
    await askRedis(first.url, ['CLUSTER', 'MEET', '127.0.0.1', String(address(second).port), String(buses[1])]);
    while (!(await Promise.all([first, second].map(isComplete))).every(Boolean)) {
      // Asked again at once: each answer takes a moment of its own.
    }
    ids = [await idOf(first), await idOf(second)];
    telemetry = new TelemetryProbe();
  });
  afterAll(async () => {
    await telemetry.otel.shutdown();
    await Promise.all([first.stop(), second.stop()]);
  });

  describe.each(IOREDIS)('of which %s is the client', (_, ClusterClass) => {
    /** Opens a client within one request, and works with it in another that is sent on. */
    async function redirected(
      how: 'ASK' | 'MOVED',
      work: (client: Cluster) => Promise<unknown>,
      options: ClusterOptions = {},
    ): Promise<unknown> {
      const { password, ...node } = address(first);
      const client = new ClusterClass([node], { redisOptions: { password }, lazyConnect: true, ...options });
      await telemetry.clear();
      await withSpan('connects', () => client.connect());
      await redirect(how);
      const answer = await withSpan('asks', () => work(client));
      client.disconnect();
      const asks = await telemetry.span(({ name }) => name === 'asks');
      const all = telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
      expect(all.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(all.map(() => asks.spanContext().spanId));
      return answer;
    }

    describe.each(['ASK', 'MOVED'] as const)('by %s', (how) => {
      verifies(['D1', 'D9'], 'makes one span of a command, without an error, and none of what the driver asks by itself', async () => {
        expect(await redirected(how, (client) => client.get(key))).toBeNull();
        expect(commands()).toEqual([['GET', undefined]]);
      });

      verifies(['D1', 'D9'], 'makes one span of a command that the driver puts into a pipeline', async () => {
        const both = (client: Cluster): Promise<unknown> => Promise.all([client.get(key), client.strlen(key)]);
        expect(await redirected(how, both, { enableAutoPipelining: true })).toEqual([null, 0]);
        expect(commands()).toEqual([
          ['GET', undefined],
          ['STRLEN', undefined],
        ]);
      });

      verifies(['D1', 'D9'], 'makes one span of a batch, with the failure that it has in the end', async () => {
        await redirected(how, (client) => client.pipeline().get(key).strlen(key).exec());
        expect(commands()).toEqual([['PIPELINE', undefined]]);
        await redirected(how, (client) => client.multi().set(key, 'x').lpush(key, 'x').del(key).exec());
        expect(commands()).toEqual([['MULTI', 'WRONGTYPE']]);
      });
    });

    verifies(['D1', 'D9'], 'tells each command that the driver has put into a pipeline how it ended itself', async () => {
      const { password, ...node } = address(first);
      const client = new ClusterClass([node], { redisOptions: { password }, enableAutoPipelining: true });
      await newKey();
      await client.set(key, 'x');
      await telemetry.clear();
      const settled = withSpan('asks', () => Promise.allSettled([client.get(key), client.lpush(key, 'x')]));
      expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(commands()).toEqual([
        ['GET', undefined],
        ['LPUSH', 'WRONGTYPE'],
      ]);
      await client.del(key);
      await telemetry.clear();
      // Keys of two slots: nothing of the pipeline is sent.
      const refused = withSpan('asks', () => Promise.allSettled([client.get(key), client.mget(key, 'other')]));
      expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(commands()).toEqual([
        ['GET', 'Error'],
        ['MGET', 'Error'],
      ]);
      client.disconnect();
    });
  });

  describe.each(NODE_REDIS)('of which %s is the client', (_, createCluster) => {
    verifies(['D1', 'D9'], 'makes a span of each server that is asked, and none of what the driver asks by itself', async () => {
      const { host, port, password } = address(first);
      const client = createCluster({ rootNodes: [{ url: `redis://${host}:${port}` }], defaults: { password } });
      client.on('error', () => {});
      await telemetry.clear();
      await withSpan('connects', () => client.connect());
      for (const how of ['ASK', 'MOVED'] as const) {
        await redirect(how);
        expect(await withSpan('asks', () => client.get(key))).toBeNull();
        expect(commands()).toEqual([
          ['GET', how],
          ['GET', undefined],
        ]);
        await telemetry.clear();
      }
      await ((client as unknown as { disconnect?: () => unknown }).disconnect?.() ?? client.destroy());
    });
  });
});

async function isComplete({ url }: Server): Promise<boolean> {
  const [info, nodes] = await askRedis(url, ['CLUSTER', 'INFO'], ['CLUSTER', 'NODES']);
  const isKnown = /connected\s/.test(nodes ?? '') && !/handshake|disconnected|noaddr/.test(nodes ?? '');
  return info?.includes('cluster_state:ok') === true && info.includes('cluster_known_nodes:2') && isKnown;
}

/** The nodes of a cluster have one password. */
async function takePassword(url: string, password: string): Promise<string> {
  await askRedis(url, ['CONFIG', 'SET', 'requirepass', password]);
  return Object.assign(new URL(url), { password }).href;
}

async function idOf({ url }: Server): Promise<string> {
  const [answer = ''] = await askRedis(url, ['CLUSTER', 'MYID']);
  return /[0-9a-f]{40}/.exec(answer)?.[0] ?? '';
}
