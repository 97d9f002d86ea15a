import { verifies } from '@otelier/testkit';
import type { FastifyServerOptions } from 'fastify';
import { fastifyBench } from './bench.js';

interface TrustCase {
  readonly title: string;
  /** Fastify's types have no number any more; applications have. */
  readonly trustProxy?: NonNullable<FastifyServerOptions['trustProxy']> | number;
  readonly headers: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

const CHAIN = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };
const ORIGIN = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example:8443' };
const PEER = { 'client.address': '127.0.0.1', 'url.scheme': 'http', 'server.address': '127.0.0.1' };

const CASES: readonly TrustCase[] = [
  {
    title: 'the first client of a chain that is trusted whole',
    trustProxy: true,
    headers: { ...CHAIN, ...ORIGIN, host: 'shop-internal:3000' },
    expected: {
      'client.address': '203.0.113.9',
      'url.scheme': 'https',
      'server.address': 'shop.example',
      'server.port': 8443,
      'network.peer.address': '127.0.0.1',
    },
  },
  { title: 'nothing of a proxy by default', headers: { ...CHAIN, ...ORIGIN }, expected: PEER },
  {
    title: 'nothing of a proxy that is not trusted',
    trustProxy: false,
    headers: { ...CHAIN, ...ORIGIN },
    expected: PEER,
  },
  {
    // A count can't tell a proxy from a client that sends enough headers: Fastify takes none.
    title: 'nothing where a number of hops is trusted',
    trustProxy: 1,
    headers: { ...CHAIN, ...ORIGIN },
    expected: PEER,
  },
  {
    title: 'the client before proxies that are named',
    trustProxy: 'loopback, 198.51.100.0/24',
    headers: { ...CHAIN, ...ORIGIN },
    expected: { 'client.address': '203.0.113.9', 'url.scheme': 'https', 'server.address': 'shop.example' },
  },
  {
    title: 'the client before the only proxies of a list that are trusted',
    trustProxy: ['loopback', '10.0.0.0/8'],
    headers: CHAIN,
    expected: { 'client.address': '198.51.100.7' },
  },
  {
    title: 'nothing where the peer is none of the trusted',
    trustProxy: '10.0.0.0/8',
    headers: { ...CHAIN, ...ORIGIN },
    expected: PEER,
  },
  {
    title: 'what a function trusts',
    trustProxy: (_address, hop) => hop === 0,
    headers: { ...CHAIN, ...ORIGIN },
    expected: { 'client.address': '198.51.100.7', 'url.scheme': 'https', 'server.port': 8443 },
  },
  { title: 'the peer where nothing is forwarded', trustProxy: true, headers: {}, expected: PEER },
  {
    title: 'a client and a server of IPv6',
    trustProxy: true,
    headers: { 'x-forwarded-for': '2001:db8::9', 'x-forwarded-host': '[2001:db8::1]:8443' },
    expected: { 'client.address': '2001:db8::9', 'server.address': '2001:db8::1', 'server.port': 8443 },
  },
  {
    title: "the scheme's port where the proxy tells none",
    trustProxy: true,
    headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' },
    expected: { 'server.address': 'shop.example', 'server.port': 443 },
  },
  {
    // Fastify takes what the nearest proxy has added.
    title: 'the last of several schemes and hosts',
    trustProxy: true,
    headers: { 'x-forwarded-proto': 'http,https', 'x-forwarded-host': 'evil.example, shop.example:8443' },
    expected: { 'url.scheme': 'https', 'server.address': 'shop.example', 'server.port': 8443 },
  },
  {
    title: 'http where the proxy tells a scheme that is none of the two',
    trustProxy: true,
    headers: { 'x-forwarded-proto': 'gopher' },
    expected: { 'url.scheme': 'http' },
  },
];

const bench = fastifyBench();

for (const { title, trustProxy, headers, expected } of CASES) {
  verifies('R4', `records ${title}`, async () => {
    const options = trustProxy === undefined ? {} : ({ trustProxy } as FastifyServerOptions);
    const { span } = await bench.ask((app) => app.get('/', async () => ({})), '/', { headers }, options);
    expect(span.attributes).toMatchObject(expected);
  });
}
