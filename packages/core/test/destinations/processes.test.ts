import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGrpcSink, startOtlpSink, startProxy, verifies, type GrpcSink, type OtlpSink } from '@otelier/testkit';
import { createSelfSigned } from '@otelier/testkit/conformance/self-signed';
import { startProcess } from '../test-process';

const NAMES = ['span 0', 'span 1', 'span 2'];
const ENDINGS = [
  ['by itself', 0],
  ['by process.exit()', 5],
] as const;

const [server, client] = [createSelfSigned(), createSelfSigned()];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'otelier-certificates-'));
  const files = { 'server.pem': server.cert, 'client.pem': client.cert, 'client.key': client.key };
  Object.entries(files).forEach(([name, content]) => writeFileSync(join(folder, name), content, { mode: 0o600 }));
});

afterAll(() => rmSync(folder, { recursive: true }));

const certificates = (): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_CERTIFICATE: join(folder, 'server.pem'),
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: join(folder, 'client.pem'),
  OTEL_EXPORTER_OTLP_CLIENT_KEY: join(folder, 'client.key'),
});

function spanNames(sink: Pick<OtlpSink | GrpcSink, 'spans'>): string[] {
  return sink.spans().map(({ name }) => name).toSorted();
}

/** The ways to a destination: how it is started, where it is found, and what the program is told. */
interface Way {
  readonly name: string;
  start(): Promise<OtlpSink | GrpcSink>;
  readonly host?: string;
  readonly env: () => Record<string, string>;
}

const tls = { ...server, clientCa: client.cert };
const grpc = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
const ways: readonly Way[] = [
  { name: 'gRPC', start: () => startGrpcSink(), env: () => ({ ...grpc, OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }) },
  { name: 'gRPC with client certificates', start: () => startGrpcSink({ tls }), env: () => ({ ...grpc, ...certificates() }) },
  { name: 'http/json', start: () => startOtlpSink(), env: () => ({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }) },
  { name: 'HTTP with client certificates', start: () => startOtlpSink({ tls }), env: certificates },
  { name: 'HTTP through a proxy', start: () => startOtlpSink(), host: 'otlp.example:80', env: () => ({}) },
  {
    name: 'HTTPS whose certificates are not checked',
    start: () => startOtlpSink({ tls: server }),
    env: () => ({ NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' }),
  },
  {
    name: 'HTTPS through a proxy',
    start: () => startOtlpSink({ tls: server }),
    host: 'otlp.example:443',
    env: () => ({ OTEL_EXPORTER_OTLP_CERTIFICATE: join(folder, 'server.pem') }),
  },
  { name: 'gRPC through a proxy', start: () => startGrpcSink(), host: 'otlp.example:80', env: () => grpc },
];

describe('a program that ends', () => {
  for (const { name, start, host, env } of ways) {
    for (const [ending, code] of ENDINGS) {
      verifies(['P5', 'X2'], `${ending} delivers its spans over ${name}`, async () => {
        const sink = await start();
        const proxy = await startProxy({ routes: host === undefined ? {} : { [host]: new URL(sink.url).host }, credentials: 'me:pw' });
        const address = proxy.url.replace('//', '//me:pw@');
        const proxied = { HTTP_PROXY: address, HTTPS_PROXY: address };
        const program = await startProcess('finished-work.mjs', {
          args: [ending],
          endpoint: host === undefined ? sink.url : `${new URL(sink.url).protocol}//${host}`,
          env: { ...env(), ...(host === undefined ? {} : proxied) },
        });
        expect(await program.exit).toMatchObject({ code, signal: null, stderr: '' });
        expect(spanNames(sink)).toEqual(NAMES);
        expect(proxy.requests().length > 0).toBe(host !== undefined);
        await Promise.all([sink.close(), proxy.close()]);
      });
    }
  }

  for (const [ending, code] of ENDINGS) {
    verifies(['P5', 'X1', 'X3b'], `${ending} is not kept alive by a gRPC server, a TLS server or a proxy that never answers`, async () => {
      const blackHole = createServer(() => {});
      await new Promise<void>((resolve) => {
        blackHole.listen(0, '127.0.0.1', resolve);
      });
      const { port } = blackHole.address() as AddressInfo;
      const hole = `127.0.0.1:${port}`;
      const shortly = { TEST_SHUTDOWN_TIMEOUT_MILLIS: '500' };
      for (const [endpoint, env] of [
        [`http://${hole}`, grpc],
        [`https://${hole}`, grpc],
        [`https://${hole}`, {}],
        ['http://otlp.example', { HTTP_PROXY: `http://${hole}` }],
        ['https://otlp.example', { HTTPS_PROXY: `http://${hole}` }],
        ['http://otlp.example', { ...grpc, HTTP_PROXY: `http://${hole}` }],
      ] as const) {
        const program = await startProcess('finished-work.mjs', { args: [ending], endpoint, env: { ...env, ...shortly } });
        expect(await program.exit).toMatchObject({ code, signal: null });
      }
      blackHole.close();
    });
  }
});
