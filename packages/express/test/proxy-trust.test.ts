import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { exchange, runningHost, servedBench } from '@otelier/testkit/conformance';
import type { Express } from 'express';
import { createServer } from 'node:http';
import { expressBench } from './bench.js';
import { EXPRESS_VERSIONS } from './express-versions.js';

interface TrustCase {
  readonly title: string;
  /** The value of `trust proxy`. */
  readonly trust: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

const CHAIN = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };
const ORIGIN = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example:8443' };
const PEER = { 'client.address': '127.0.0.1', 'url.scheme': 'http', 'server.address': '127.0.0.1' };

const CASES: readonly TrustCase[] = [
  {
    title: 'the first client of a chain that is trusted whole',
    trust: true,
    headers: { ...CHAIN, ...ORIGIN, host: 'shop-internal:3000' },
    expected: {
      'client.address': '203.0.113.9',
      'url.scheme': 'https',
      'server.address': 'shop.example',
      'server.port': 8443,
      'network.peer.address': '127.0.0.1',
    },
  },
  { title: 'nothing of a proxy that is not trusted', trust: false, headers: { ...CHAIN, ...ORIGIN }, expected: PEER },
  { title: 'the client before one hop', trust: 1, headers: CHAIN, expected: { 'client.address': '198.51.100.7' } },
  { title: 'the client before two hops', trust: 2, headers: CHAIN, expected: { 'client.address': '203.0.113.9' } },
  {
    title: 'the client before proxies that are named',
    trust: 'loopback, 198.51.100.0/24',
    headers: { ...CHAIN, ...ORIGIN },
    expected: { 'client.address': '203.0.113.9', 'url.scheme': 'https', 'server.address': 'shop.example' },
  },
  {
    title: 'the client before the only proxies of a list that are trusted',
    trust: ['loopback', '10.0.0.0/8'],
    headers: CHAIN,
    expected: { 'client.address': '198.51.100.7' },
  },
  {
    title: 'nothing where the peer is none of the trusted',
    trust: '10.0.0.0/8',
    headers: { ...CHAIN, ...ORIGIN },
    expected: PEER,
  },
  {
    title: 'what a function trusts',
    trust: (_address: string, hop: number) => hop === 0,
    headers: { ...CHAIN, ...ORIGIN },
    expected: { 'client.address': '198.51.100.7', 'url.scheme': 'https', 'server.port': 8443 },
  },
  { title: 'the peer where nothing is forwarded', trust: true, headers: {}, expected: PEER },
  {
    title: 'a client and a server of IPv6',
    trust: true,
    headers: { 'x-forwarded-for': '2001:db8::9', 'x-forwarded-host': '[2001:db8::1]:8443' },
    expected: { 'client.address': '2001:db8::9', 'server.address': '2001:db8::1', 'server.port': 8443 },
  },
  {
    title: "the scheme's port where the proxy tells none",
    trust: true,
    headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' },
    expected: { 'server.address': 'shop.example', 'server.port': 443 },
  },
  {
    title: 'the first of several schemes and hosts',
    trust: true,
    headers: { 'x-forwarded-proto': 'https,http', 'x-forwarded-host': 'shop.example:8443, inner.example:3000' },
    expected: { 'url.scheme': 'https', 'server.address': 'shop.example', 'server.port': 8443 },
  },
  {
    title: 'http where the proxy tells a scheme that is none of the two',
    trust: true,
    headers: { 'x-forwarded-proto': 'gopher' },
    expected: { 'url.scheme': 'http' },
  },
];

describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();

  function application(trust: unknown): Express {
    const app = express();
    app.set('trust proxy', trust);
    app.use(otelMiddleware());
    app.get('/', (_request, response) => void response.end());
    return app;
  }

  for (const { title, trust, headers, expected } of CASES) {
    verifies('R4', `records ${title}`, async () => {
      const { span } = await bench.ask(application(trust), '/', { headers });
      expect(span.attributes).toMatchObject(expected);
    });
  }

  verifies('R4', 'follows the trust of the application that observes, mounted within another', async () => {
    const outer = express();
    outer.set('trust proxy', true);
    outer.use('/inner', application(false));
    const { span } = await bench.ask(outer, '/inner', { headers: CHAIN });
    expect(span.attributes['client.address']).toBe('127.0.0.1');
  });

  describe('where the application itself tells the client', () => {
    const tellsClient = (target: object): unknown => Object.defineProperty(target, 'ip', { get: () => '203.0.113.77' });
    const expected = { 'client.address': '203.0.113.77', 'network.peer.address': '127.0.0.1' };

    verifies('R4', 'records what its requests say', async () => {
      const app = application(false);
      tellsClient(app.request);
      const { span } = await bench.ask(app, '/');
      expect(span.attributes).toMatchObject(expected);
    });

    verifies('R4', 'records what a middleware before has told for one request', async () => {
      const app = express();
      app.use((request, _response, next) => {
        tellsClient(request);
        next();
      });
      app.use(application(false));
      const { span } = await bench.ask(app, '/');
      expect(span.attributes).toMatchObject(expected);
    });
  });

  verifies('R4', 'records the client of a socket of both families as Express tells it', async () => {
    const told: (string | undefined)[] = [];
    const app = application(false);
    app.get('/told', (request, response) => {
      told.push(request.ip);
      response.end();
    });
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '::', resolve));
    const running = runningHost(server, () => new Promise((resolve) => server.close(resolve)));
    const { span } = await exchange(servedBench('express', running, bench.telemetry), '/told').finally(running.close);
    expect([span.attributes['client.address'], told]).toEqual(['::ffff:127.0.0.1', ['::ffff:127.0.0.1']]);
  });
});
