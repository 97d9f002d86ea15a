import { SpanKind } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { askRedis, describeWith, findFreePort, startPrivateRedis, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { Cluster } from 'ioredis';
import ioredis5 from 'ioredis-5';
import ioredis4 from 'ioredis-4';
import * as redis from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';

type Server = Awaited<ReturnType<typeof startPrivateRedis>>;

/** What each cluster client can do. */
interface ClusterConnection {
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  batch(key: string): Promise<unknown>;
  close(): unknown;
}

type Connect = (address: { host: string; port: number; password: string }) => Promise<ClusterConnection>;

const DRIVERS: readonly [string, Connect][] = [
  ['ioredis 6', ioredisCluster(Cluster)],
  ['ioredis 5.10', ioredisCluster((ioredis5 as unknown as { Cluster: typeof Cluster }).Cluster)],
  ['ioredis 4', ioredisCluster((ioredis4 as unknown as { Cluster: typeof Cluster }).Cluster)],
  ['redis 6', nodeRedisCluster(redis.createCluster)],
  ['redis 5.11', nodeRedisCluster(redis5.createCluster as unknown as typeof redis.createCluster)],
  ['redis 4', nodeRedisCluster(redis4.createCluster as unknown as typeof redis.createCluster)],
];

function ioredisCluster(ClusterClass: typeof Cluster): Connect {
  return async ({ host, port, password }) => {
    const client = new ClusterClass([{ host, port }], { redisOptions: { password }, lazyConnect: true });
    await client.connect();
    return {
      get: (key) => client.get(key),
      set: (key, value) => client.set(key, value),
      batch: (key) => client.multi().get(key).set(key, 'x').exec(),
      close: () => client.disconnect(),
    };
  };
}

function nodeRedisCluster(createCluster: typeof redis.createCluster): Connect {
  return async ({ host, port, password }) => {
    const client = createCluster({ rootNodes: [{ url: `redis://${host}:${port}` }], defaults: { password } });
    client.on('error', () => {});
    await client.connect();
    return {
      get: (key) => client.get(key),
      set: (key, value) => client.set(key, value),
      batch: (key) => client.multi().get(key).set(key, 'x').exec(),
      close: () => (client as unknown as { disconnect?: () => unknown }).disconnect?.() ?? client.destroy(),
    };
  };
}

describeWith('redis', 'a cluster of one node', () => {
  let server: Server;
  let telemetry: TelemetryProbe;

  beforeAll(async () => {
    const lines = ['cluster-enabled yes', `cluster-port ${await findFreePort()}`, 'cluster-announce-ip 127.0.0.1'];
    server = await startPrivateRedis({ lines });
    await askRedis(server.url, ['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    while (!(await askRedis(server.url, ['CLUSTER', 'INFO']))[0]?.includes('cluster_state:ok')) {
      // Asked again at once: each answer takes a moment of its own.
    }
    telemetry = new TelemetryProbe();
  });
  afterAll(async () => {
    await telemetry.otel.shutdown();
    await server.stop();
  });

  describe.each(DRIVERS)('of which %s is the client', (_, connect) => {
    verifies(['D1', 'D9'], 'makes one span of a command and of a batch', async () => {
      const { hostname, port, password } = new URL(server.url);
      const client = await connect({ host: hostname, port: Number(port), password });
      await client.get('warm');
      await telemetry.clear();
      await withSpan('request', async () => {
        await client.set('a', 'hunter2');
        await client.get('a');
        await client.batch('a');
      });
      const request = await telemetry.span(({ name }) => name === 'request');
      const spans = telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
      expect(spans.map(({ name }) => name)).toEqual(['SET', 'GET', 'MULTI']);
      expect(spans.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(Array(3).fill(request.spanContext().spanId));
      expect(spans.map(({ attributes }) => attributes['server.port'])).toEqual(Array(3).fill(Number(port)));
      await client.close();
    });
  });
});
