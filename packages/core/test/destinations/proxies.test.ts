import {
  expectDiagnostics,
  startGrpcSink,
  startOtlpSink,
  startProxy,
  verifies,
  type GrpcSink,
  type HttpProxy,
  type OtlpSink,
} from '@otelier/testkit';
import { createSelfSigned } from '@otelier/testkit/conformance/self-signed';
import { collector, type Otel } from '../../src/index.js';
import { OtlpTransport } from '../../src/pipeline/otlp-transport.js';
import { resolved } from '../options/known-surroundings.js';
import { Variables } from '../sdk/variables.js';
import { countsOf, exportOnce } from './telemetry.js';

const variables = new Variables();
const METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** A host that only the proxy knows: nothing reaches it on another way. */
const HOST = 'otlp.example';

let http: OtlpSink;
let grpc: GrpcSink;
let proxy: HttpProxy;
let otel: Otel | undefined;

beforeEach(async () => {
  [http, grpc] = await Promise.all([startOtlpSink(), startGrpcSink()]);
  const routes = { [`${HOST}:80`]: http.url.slice(7), [`${HOST}:4317`]: grpc.url.slice(7) };
  proxy = await startProxy({ routes, credentials: 'me:a b' });
});

afterEach(async () => {
  await otel?.shutdown();
  otel = undefined;
  variables.restore();
  await Promise.all([http.close(), grpc.close(), proxy.close()]);
});

/** The proxy's address with its credentials. */
function withCredentials(): string {
  return proxy.url.replace('//', '//me:a%20b@');
}

describe('a proxy that the variables name', () => {
  for (const name of ['http_proxy', 'HTTP_PROXY']) {
    verifies('P5', `is on the way to a destination over http: ${name}`, async () => {
      variables.set({ [name]: withCredentials() });
      otel = await exportOnce([collector(`http://${HOST}`, { signals: ['traces'], headers: { 'api-key': 'k' } })]);
      expect(proxy.requests()).toEqual([`POST http://${HOST}/v1/traces`]);
      expect(http.requests()).toMatchObject([{ path: '/v1/traces', headers: { host: HOST, 'api-key': 'k' } }]);
      expect(countsOf(otel)).toEqual(['collector traces 1 0 0']);
      expect(JSON.stringify(otel.status())).not.toContain('me:');
    });
  }

  verifies('P5', 'opens a tunnel for gRPC, over which one connection is kept', async () => {
    variables.set({ HTTP_PROXY: withCredentials() });
    otel = await exportOnce([collector(`http://${HOST}:4317`, { protocol: 'grpc', signals: ['traces'] })]);
    expect(proxy.requests()).toEqual([`CONNECT ${HOST}:4317`]);
    expect(grpc.requests()).toMatchObject([{ path: METHOD, status: 0 }]);
    expect(countsOf(otel)).toEqual(['collector traces 1 0 0']);
  });

  verifies('P5', 'opens a tunnel for https, and the certificate is still that of the destination', async () => {
    const pair = createSelfSigned();
    const [secure, secureGrpc] = await Promise.all([startOtlpSink({ tls: pair }), startGrpcSink({ tls: pair })]);
    const tunnels = await startProxy({ routes: { 'localhost.example:443': secure.url.slice(8), 'localhost.example:4317': secureGrpc.url.slice(8) } });
    variables.set({ HTTPS_PROXY: tunnels.url, NODE_TLS_REJECT_UNAUTHORIZED: '1' });
    expectDiagnostics('OTELIER_EXPORT_FAILED', 'OTELIER_EXPORT_FAILED');
    // The certificate is for localhost, and signed by nobody who is trusted.
    otel = await exportOnce([
      collector('https://localhost.example', { signals: ['traces'] }),
      collector('https://localhost.example:4317', { protocol: 'grpc', signals: ['traces'] }),
    ]);
    expect(tunnels.requests().toSorted()).toEqual(['CONNECT localhost.example:4317', 'CONNECT localhost.example:443']);
    expect(otel.status().destinations.map(({ lastError }) => lastError)).toEqual(['DEPTH_ZERO_SELF_SIGNED_CERT', 'DEPTH_ZERO_SELF_SIGNED_CERT']);
    await Promise.all([secure.close(), secureGrpc.close(), tunnels.close()]);
  });

  for (const grpcToo of [false, true]) {
    verifies('P5', `opens a tunnel through which TLS with client certificates is spoken, with ${grpcToo ? 'gRPC' : 'HTTP'}`, async () => {
      const [server, client] = [createSelfSigned(), createSelfSigned()];
      const tls = { ...server, clientCa: client.cert };
      const sink = await (grpcToo ? startGrpcSink({ tls }) : startOtlpSink({ tls }));
      const target = sink.url.replace('127.0.0.1', 'localhost');
      const tunnels = await startProxy({ routes: { [target.slice(8)]: sink.url.slice(8) } });
      const path = grpcToo ? METHOD : '/v1/traces';
      const headers = { 'content-type': grpcToo ? 'application/grpc' : 'application/x-protobuf' };
      const template = { url: `${target}${path}`, headers, gzip: true, grpc: grpcToo, proxy: tunnels.url };
      const certificates = { ca: Buffer.from(server.cert), cert: Buffer.from(client.cert), key: Buffer.from(client.key) };
      const transport = new OtlpTransport(template, certificates);
      expect(await transport.send(new Uint8Array(), 5000)).toMatchObject({ status: 'success' });
      expect(await transport.send(new Uint8Array(), 5000)).toMatchObject({ status: 'success' });
      expect(sink.requests().map((request) => request.path)).toEqual([path, path]);
      expect(tunnels.requests()).toEqual([`CONNECT ${target.slice(8)}`]);
      transport.shutdown();
      await Promise.all([sink.close(), tunnels.close()]);
    });
  }

  verifies('P5', 'that refuses is told as what went wrong', async () => {
    variables.set({ HTTP_PROXY: proxy.url });
    expectDiagnostics('OTELIER_EXPORT_FAILED', 'OTELIER_EXPORT_FAILED');
    otel = await exportOnce([
      collector(`http://${HOST}`, { signals: ['traces'] }),
      collector(`http://${HOST}:4317`, { protocol: 'grpc', signals: ['traces'] }),
    ]);
    expect(otel.status().destinations.map(({ lastError }) => lastError)).toEqual([
      'HTTP status 407',
      'the proxy answered with HTTP status 407',
    ]);
  });

  verifies('P5', 'is not on the way to this machine itself, nor to what NO_PROXY names', async () => {
    variables.set({ HTTP_PROXY: withCredentials() });
    otel = await exportOnce([collector(http.url, { signals: ['traces'] })]);
    expect([proxy.requests(), http.requests().length]).toEqual([[], 1]);
  });
});

/** Where something goes, what the variables say, and through which proxy it is sent. */
const ways: readonly (readonly [url: string, env: Record<string, string>, proxy: string | undefined])[] = [
  ['http://a.example', { HTTP_PROXY: 'http://p:1' }, 'http://p:1'],
  ['http://a.example', { HTTP_PROXY: 'p:1' }, 'http://p:1'],
  ['http://a.example', { HTTP_PROXY: 'http://p:1', http_proxy: 'http://q:2' }, 'http://q:2'],
  ['https://a.example', { HTTP_PROXY: 'http://p:1' }, undefined],
  ['https://a.example', { https_proxy: 'http://p:1' }, 'http://p:1'],
  ['http://a.example', { HTTP_PROXY: ' ' }, undefined],
  ['http://localhost:4318', { HTTP_PROXY: 'http://p:1' }, undefined],
  ['http://[::1]:4318', { HTTP_PROXY: 'http://p:1' }, undefined],
  ['http://127.1.2.3', { HTTP_PROXY: 'http://p:1' }, undefined],
  ['http://127.example', { HTTP_PROXY: 'http://p:1' }, 'http://p:1'],
  ...(['*', 'a.example', '.a.example', 'example', '.example', '*.example', 'b,A.EXAMPLE', ' b , a.example:80 '] as const).map(
    (excluded) => ['http://a.example', { HTTP_PROXY: 'http://p:1', NO_PROXY: excluded }, undefined] as const,
  ),
  ...(['b.example', 'xample', 'a.example:81', '.', ',', '10.0.0.0/8', 'a.example/8'] as const).map(
    (others) => ['http://a.example', { HTTP_PROXY: 'http://p:1', NO_PROXY: others }, 'http://p:1'] as const,
  ),
  ['http://10.1.2.3', { HTTP_PROXY: 'http://p:1', no_proxy: '10.0.0.0/8' }, undefined],
  ['http://10.1.2.3', { HTTP_PROXY: 'http://p:1', no_proxy: '10.1.2.3' }, undefined],
  ['http://10.1.2.3', { HTTP_PROXY: 'http://p:1', no_proxy: '2.3' }, 'http://p:1'],
  ['http://10.1.2.3', { HTTP_PROXY: 'http://p:1', no_proxy: '10.0.0.0/99' }, 'http://p:1'],
  ['http://[fd00::1]', { HTTP_PROXY: 'http://p:1', no_proxy: 'fd00::/8' }, undefined],
];

describe('the way to a destination', () => {
  for (const [url, env, expected] of ways) {
    verifies('P5', `of ${url} with ${JSON.stringify(env)} is through ${expected ?? 'no proxy'}`, () => {
      const { options, problems } = resolved(env, { destinations: [collector(url)] });
      const [destination] = options.destinations;
      expect(destination?.traces?.kind === 'otlp' && destination.traces.endpoint.proxy).toBe(expected);
      expect(problems).toEqual([]);
    });
  }

  verifies('P5', 'leads through no proxy whose address is wrong, which is told without its credentials', () => {
    const { options, problems } = resolved({ HTTP_PROXY: 'socks5://me:secret@p:1' }, { destinations: [collector('http://a.example')] });
    const [destination] = options.destinations;
    expect(destination?.traces?.kind === 'otlp' && destination.traces.endpoint.proxy).toBeUndefined();
    expect(problems).toEqual([
      'OTELIER_ENV_INVALID HTTP_PROXY: "socks5://REDACTED@p:1" is not the address of an http or https proxy; using none.',
    ]);
  });
});
