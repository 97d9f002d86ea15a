import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
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
import { GrpcConnection } from '../../src/pipeline/grpc-connection.js';
import { postOtlp, type OtlpConnection, type OtlpMessage } from '../../src/pipeline/otlp-request.js';
import { OtlpTransport } from '../../src/pipeline/otlp-transport.js';
import { openTunnel } from '../../src/pipeline/proxy-tunnel.js';
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

interface TunnelAnswers {
  readonly url: string;
  readonly asked: () => number;
  readonly close: () => Promise<void>;
}

/** A proxy that answers so once, and then lets through, to nobody; without an answer it is silent. */
async function startTunnelAnswers(answer?: string): Promise<TunnelAnswers> {
  let asked = 0;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', () => {
      asked += 1;
      if (answer !== undefined) {
        socket.end(asked > 1 ? 'HTTP/1.1 200 OK\r\n\r\nno TLS' : answer);
      }
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await once(server.close(), 'close');
    },
  };
}

function messageThrough(proxyUrl: string): OtlpMessage {
  return { url: 'https://otlp.example/x', headers: {}, body: new Uint8Array(), gzip: false, grpc: false, proxy: proxyUrl };
}

/** What an exchange comes to whose tunnel can't be opened. */
function opening(proxyUrl: string, openingMillis?: number): OtlpConnection {
  const target = new URL('https://otlp.example');
  return {
    exchange: async () => {
      await openTunnel(new URL(proxyUrl), target, openingMillis);
      return { status: 'success' };
    },
    close: () => {},
  };
}

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

  for (const [status, line, head, retryInMillis] of [
    [429, '429 Too Many Requests', 'retry-after: 7\r\n', 7000],
    [502, '502 Bad Gateway', '', undefined],
    [503, '503 Service Unavailable', 'retry-after: soon\r\n', undefined],
    [504, '504 Gateway Timeout', '', undefined],
  ] as const) {
    verifies(['P5', 'X3'], `is to be asked again when it opens no tunnel for now: ${status}`, async () => {
      const refusals = await startTunnelAnswers(`HTTP/1.1 ${line}\r\n${head}\r\n`);
      const answer = await postOtlp(messageThrough(refusals.url), opening(refusals.url), 5000);
      expect(answer).toEqual({ status: 'retryable', retryInMillis, error: expect.objectContaining({ message: `the proxy answered with HTTP status ${status}` }) as Error });
      await refusals.close();
    });
  }

  verifies(['P5', 'X3'], 'is to be asked again when it says nothing', async () => {
    const silent = await startTunnelAnswers();
    const answer = await postOtlp(messageThrough(silent.url), opening(silent.url, 20), 5000);
    expect(answer).toEqual({ status: 'retryable', error: expect.objectContaining({ message: 'the proxy did not answer in time' }) as Error });
    await silent.close();
  });

  for (const grpcToo of [false, true]) {
    const kind = grpcToo ? 'gRPC' : 'HTTP';
    const transportThrough = (proxyUrl: string): OtlpTransport =>
      new OtlpTransport({ ...messageThrough(proxyUrl), grpc: grpcToo }, {});

    verifies(['P5', 'X3'], `is asked again when it opens no tunnel for now, with ${kind}`, async () => {
      const refusals = await startTunnelAnswers('HTTP/1.1 503 Service Unavailable\r\n\r\n');
      const transport = transportThrough(refusals.url);
      // The second try is let through, to where nobody speaks TLS.
      expect(await transport.send(new Uint8Array(), 60_000)).toMatchObject({ status: 'failure' });
      expect(refusals.asked()).toBe(2);
      transport.shutdown();
      await refusals.close();
    });

    verifies(['P5', 'X3'], `is not asked again when it refuses, with ${kind}`, async () => {
      const refusals = await startTunnelAnswers('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      const transport = transportThrough(refusals.url);
      expect(await transport.send(new Uint8Array(), 60_000)).toMatchObject({ status: 'failure' });
      expect(refusals.asked()).toBe(1);
      transport.shutdown();
      await refusals.close();
    });
  }

  for (const target of ['http://otlp.example', 'https://otlp.example']) {
    verifies('P5', `whose address is https is spoken to in TLS, and has to be trusted, on the way to ${target}`, async () => {
      const secure = await startOtlpSink({ tls: createSelfSigned() });
      const transport = new OtlpTransport({ ...messageThrough(secure.url), url: target }, {});
      expect(await transport.send(new Uint8Array(), 60_000)).toMatchObject({ status: 'failure', error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
      transport.shutdown();
      await secure.close();
    });
  }

  verifies('P5', 'passes on the credentials of the destination', async () => {
    variables.set({ HTTP_PROXY: withCredentials() });
    otel = await exportOnce([collector(`http://you:c%20d@${HOST}`, { signals: ['traces'] })]);
    expect(http.requests()).toMatchObject([{ headers: { authorization: `Basic ${Buffer.from('you:c d').toString('base64')}` } }]);
  });

  verifies(['P5', 'X1'], 'that opens a tunnel after the end is left at once', async () => {
    const late = createServer();
    await once(late.listen(0, '127.0.0.1'), 'listening');
    const proxyUrl = new URL(`http://127.0.0.1:${(late.address() as AddressInfo).port}`);
    const connection = new GrpcConnection('http://otlp.example', {}, proxyUrl);
    const exchange = postOtlp(messageThrough(proxyUrl.href), connection, 60_000);
    const [socket] = (await once(late, 'connection')) as [Socket];
    await once(socket, 'data');
    connection.close();
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    await once(socket.resume(), 'close');
    expect((await exchange).status).not.toBe('success');
    await once(late.close(), 'close');
  });

  verifies('P5', 'may open a tunnel with any status of success', async () => {
    const proxies = await startTunnelAnswers('HTTP/1.1 299 Fine\r\n\r\nhello');
    const tunnel = await openTunnel(new URL(proxies.url), new URL('https://otlp.example'));
    expect(String((await once(tunnel, 'data'))[0])).toBe('hello');
    // The time limit was that of the opening: metrics are sent once a minute.
    expect(tunnel.timeout).toBe(0);
    tunnel.destroy();
    await proxies.close();
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
  ['http://[fd00::1]', { HTTP_PROXY: 'http://p:1', no_proxy: 'fd00::/64' }, undefined],
  ['http://[fd00:0:0:1::1]', { HTTP_PROXY: 'http://p:1', no_proxy: 'fd00::/64' }, 'http://p:1'],
  ['http://[fd00::1]', { HTTP_PROXY: 'http://p:1', no_proxy: 'fd00::/129' }, 'http://p:1'],
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
      'OTELIER_ENV_INVALID HTTP_PROXY: "socks5://REDACTED@p:1" is not the address of an http or https proxy, whose credentials, if any, are percent-encoded; using none.',
    ]);
  });
});
