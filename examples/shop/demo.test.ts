import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { startOtlpSink, testMysql, testPostgres, testRedis, missingServer } from '@otelier/testkit';
import { runProgram } from '@otelier/testkit/child-program';

const program = resolve(__dirname, 'run.mjs');
const timeoutMillis = 60_000;

const hasRedis = (): boolean => missingServer('redis') === undefined;

/** The run's real databases where it has them; the embedded one, or none, where it has not. */
async function databases(): Promise<Record<string, string>> {
  return {
    ...(missingServer('postgres') === undefined ? { SHOP_PG_URL: (await testPostgres()).url } : {}),
    ...(missingServer('mysql') === undefined ? { SHOP_MYSQL_URL: (await testMysql()).url } : {}),
    ...(hasRedis() ? { SHOP_REDIS_URL: (await testRedis()).url } : {}),
  };
}

const isListening = async (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe('the demo', () => {
  it(
    'prints one whole tree for each request, forwards everything, and ends with 0',
    async () => {
      const sink = await startOtlpSink();
      const env = { ...(await databases()), OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
      const { exit } = await runProgram(program, { args: ['--once'], env, timeoutMillis });
      const { code, stdout, stderr } = await exit;
      const services = new Set(sink.spans().map((span) => span.resource['service.name']));
      const metrics = sink.metrics().map((metric) => metric.name);
      await sink.close();

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.match(/trace [0-9a-f]{32}$/gm)).toHaveLength(4);
      expect(stdout).toMatch(/^shop {7}POST \/orders → 201/m);
      expect(stdout).toMatch(/^inventory {2}│ {5}├─ UPDATE shop\.products /m);
      expect(stdout).toMatch(/^ +│ {2}log info: order placed/m);
      expect(stdout).toMatch(/^inventory {5}└─ ✗ GET \/warehouses → 500/m);
      expect(stdout).toContain('DatabaseError: relation "shop.warehouses" does not exist');
      expect(stdout).toMatch(/every expected span is there\n$/);
      expect(stdout).not.toContain('\u001B');
      const [added, dispatched] = [/^shop {7}└─ add dispatch\.send parcel /m, /^dispatch {9}├─ INSERT dispatch\.parcels /m];
      expect([added, dispatched].map((line) => line.test(stdout))).toEqual([hasRedis(), hasRedis()]);
      expect(services).toEqual(new Set(['shop', 'inventory', 'payment', ...(hasRedis() ? ['dispatch'] : [])]));
      expect(metrics).toContain('http.server.request.duration');
    },
    timeoutMillis,
  );

  it(
    'ends with 1 and names the service that did not start',
    async () => {
      const occupant = createServer().listen(0, '127.0.0.1');
      await once(occupant, 'listening');
      const { port } = occupant.address() as AddressInfo;
      const env = { ...(await databases()), SHOP_PAYMENT_PORT: String(port) };
      const { exit } = await runProgram(program, { args: ['--once'], env, timeoutMillis });
      const { code, stderr } = await exit;
      occupant.close();

      expect(code).toBe(1);
      expect(stderr).toMatch(/payment did not start: exit code 1/);
      expect(stderr).toContain('EADDRINUSE');
    },
    timeoutMillis,
  );

  it(
    'ends with 1 and names the spans that are missing',
    async () => {
      // The inventory passes the trace on, but records nothing.
      const mute = `if (process.argv[1].includes('inventory')) process.env.OTEL_SDK_DISABLED = 'true'`;
      const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(mute)}`;
      const { exit } = await runProgram(program, { args: ['--once'], env: { ...(await databases()), NODE_OPTIONS }, timeoutMillis });
      const { code, stdout, stderr } = await exit;

      expect(code).toBe(1);
      expect(stderr).toContain(
        'GET /slow: "GET /report" of inventory is missing beneath "GET" of shop',
      );
      expect(stdout).toMatch(/not every span was as expected\n$/);
    },
    timeoutMillis,
  );

  it(
    'works without a Redis, and without the worker then',
    async () => {
      const { SHOP_REDIS_URL: _, ...env } = await databases();
      // Nothing is found in a folder that is not there.
      const { exit } = await runProgram(program, { args: ['--once'], env: { ...env, PATH: '/nowhere' }, timeoutMillis });
      const { code, stdout, stderr } = await exit;

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^ {2}Redis {6}none found: orders are not dispatched/m);
      expect(stdout).not.toMatch(/^dispatch/m);
    },
    timeoutMillis,
  );

  it('ends with 1 when it does not understand an argument', async () => {
    const { exit } = await runProgram(program, { args: ['--twice'] });

    expect(await exit).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('unknown argument --twice') });
  });

  it(
    'shows new traces until it is interrupted, and leaves nothing behind',
    async () => {
      const demo = await runProgram(program, { env: await databases(), timeoutMillis });
      const [, shopUrl = ''] = await demo.line(/curl (http:\/\/\S+)\/products\/tea/);
      const response = await fetch(`${shopUrl}/products/none`);
      await demo.line(/^GET \/products\/:id → 404 +trace/);
      demo.kill('SIGINT');
      const { code, stderr } = await demo.exit;

      expect(response.status).toBe(404);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(await isListening(shopUrl)).toBe(false);
    },
    timeoutMillis,
  );
});
