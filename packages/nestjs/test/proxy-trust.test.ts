import { Controller, Get, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OtelModule } from '@otelier/nestjs';
import { verifies } from '@otelier/testkit';
import { exchange } from '@otelier/testkit/conformance';
import { nestBench, PLATFORMS, serve, type Platform } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

/** What both frameworks take for the proxies that are trusted. */
type Trust = boolean | string | string[] | ((address: string, hop: number) => boolean);

@Controller('users')
class UsersController {
  @Get(':id')
  one(): object {
    return {};
  }
}

async function createTrusting(platform: Platform, trust: Trust): Promise<INestApplication> {
  @Module({ imports: [OtelModule.forRoot()], controllers: [UsersController] })
  class RootModule {}
  const options = { logger: false, abortOnError: false } as const;
  if (platform === 'fastify') {
    return NestFactory.create(RootModule, new FastifyAdapter({ trustProxy: trust }), options);
  }
  const app: INestApplication = await NestFactory.create(RootModule, options);
  (app.getHttpAdapter().getInstance() as { set(name: string, value: unknown): unknown }).set('trust proxy', trust);
  return app;
}

interface TrustCase {
  readonly title: string;
  readonly trust: Trust;
  readonly headers: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

const HEADERS = {
  'x-forwarded-for': '203.0.113.9, 198.51.100.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'shop.example:8443',
};
const PEER = { 'client.address': '127.0.0.1', 'url.scheme': 'http', 'server.address': '127.0.0.1' };
const ORIGIN = { 'url.scheme': 'https', 'server.address': 'shop.example', 'server.port': 8443 };

const CASES: readonly TrustCase[] = [
  { title: 'the first client where all are trusted', trust: true, headers: HEADERS, expected: { ...ORIGIN, 'client.address': '203.0.113.9' } },
  { title: 'nothing where nobody is trusted', trust: false, headers: HEADERS, expected: PEER },
  {
    title: 'the client before the proxies that are named',
    trust: ['loopback', '10.0.0.0/8'],
    headers: HEADERS,
    expected: { ...ORIGIN, 'client.address': '198.51.100.7' },
  },
  { title: 'nothing where the peer is none of the trusted', trust: '10.0.0.0/8', headers: HEADERS, expected: PEER },
  {
    title: 'what a function trusts',
    trust: (_address, hop) => hop === 0,
    headers: HEADERS,
    expected: { ...ORIGIN, 'client.address': '198.51.100.7' },
  },
  {
    title: 'a client and a server of IPv6',
    trust: true,
    headers: { 'x-forwarded-for': '2001:db8::9', 'x-forwarded-host': '[2001:db8::1]:8443' },
    expected: { 'client.address': '2001:db8::9', 'server.address': '2001:db8::1', 'server.port': 8443 },
  },
  { title: 'the peer where nothing is forwarded', trust: true, headers: {}, expected: PEER },
];

describe.each(PLATFORMS)(`nestjs ${NEST_MAJOR} on %s`, (platform) => {
  const bench = nestBench();

  for (const { title, trust, headers, expected } of CASES) {
    verifies(['R4', 'N2'], `records ${title}`, async () => {
      const running = await serve(await createTrusting(platform, trust), bench.telemetry);
      const { span } = await exchange(running, '/users/7', { headers }).finally(running.server.close);
      expect(span.attributes).toMatchObject(expected);
    });
  }
});
