import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { trace } from '@opentelemetry/api';
import {
  expectDiagnostics,
  startGrpcSink,
  startOtlpSink,
  verifies,
  type GrpcSink,
  type GrpcSinkAnswer,
  type OtlpSink,
} from '@otelier/testkit';
import { createSelfSigned } from '@otelier/testkit/conformance/self-signed';
import { collector, type Otel } from '../../src/index.js';
import { OtlpTransport } from '../../src/pipeline/otlp-transport.js';
import { Variables } from '../sdk/variables.js';
import { countsOf, exportOnce } from './telemetry.js';

const variables = new Variables();
const TAKEN = ['collector traces 1 0 0', 'collector metrics 1 0 0', 'collector logs 1 0 0'];
const METHODS = ['trace.v1.TraceService', 'metrics.v1.MetricsService', 'logs.v1.LogsService'].map(
  (service) => `/opentelemetry.proto.collector.${service}/Export`,
);

let http: OtlpSink;
let grpc: GrpcSink;
let otel: Otel;

beforeEach(async () => {
  [http, grpc] = await Promise.all([startOtlpSink(), startGrpcSink()]);
});

afterEach(async () => {
  await otel.shutdown();
  variables.restore();
  await Promise.all([http.close(), grpc.close()]);
});

describe('OTLP over http/json', () => {
  for (const [how, env, destinations] of [
    ['by the variable', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, undefined],
    ['by the destination', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, () => [collector(http.url, { protocol: 'http/json' })]],
  ] as const) {
    verifies('P5', `brings spans, metrics and logs as they were made, ${how}`, async () => {
      variables.set({ OTEL_EXPORTER_OTLP_ENDPOINT: http.url, OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip', ...env });
      otel = await exportOnce(destinations?.());
      expect(http.spans()).toMatchObject([{ name: 'work', kind: 'INTERNAL', attributes: { 'work.items': 3 } }]);
      expect(http.metrics()).toMatchObject([{ name: 'work.done', type: 'sum', dataPoints: [{ value: 3, attributes: { kind: 'a' } }] }]);
      expect(http.logs()).toMatchObject([{ body: 'done', traceId: http.spans()[0]?.traceId }]);
      expect(http.requests()).toHaveLength(3);
      expect(http.requests().every(({ headers, encoding }) => headers['content-type'] === 'application/json' && encoding === 'gzip')).toBe(true);
      expect(countsOf(otel)).toEqual(expect.arrayContaining(TAKEN));
    });
  }
});

describe('OTLP over gRPC', () => {
  for (const compression of ['none', 'gzip'] as const) {
    verifies('P5', `brings spans, metrics and logs as they were made, with compression ${compression}`, async () => {
      variables.set({
        OTEL_EXPORTER_OTLP_ENDPOINT: `${grpc.url}/ignored`,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=a%20key',
      });
      otel = await exportOnce();
      expect(grpc.spans()).toMatchObject([{ name: 'work', attributes: { 'work.items': 3 } }]);
      expect(grpc.metrics()).toMatchObject([{ name: 'work.done', dataPoints: [{ value: 3 }] }]);
      expect(grpc.logs()).toMatchObject([{ body: 'done' }]);
      expect(grpc.requests().map(({ path }) => path).toSorted()).toEqual(METHODS.toSorted());
      for (const { headers, encoding, status } of grpc.requests()) {
        expect(headers).toMatchObject({ 'api-key': 'a key', 'content-type': 'application/grpc', te: 'trailers' });
        expect(headers['grpc-timeout']).toMatch(/^\d{1,8}m$/);
        expect([encoding, status]).toEqual([compression === 'gzip' ? 'gzip' : 'identity', 0]);
      }
      expect(countsOf(otel)).toEqual(expect.arrayContaining(TAKEN));
    });
  }

  verifies('P5', 'takes a target without a scheme when told that it needs no TLS', async () => {
    variables.set({
      OTEL_EXPORTER_OTLP_ENDPOINT: grpc.url.replace('http://', ''),
      OTEL_EXPORTER_OTLP_INSECURE: 'true',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    });
    otel = await exportOnce();
    expect(grpc.requests()).toHaveLength(3);
  });

  verifies('P5', 'goes beside http/protobuf, signal by signal, each to its own endpoint', async () => {
    variables.set({
      OTEL_EXPORTER_OTLP_ENDPOINT: http.url,
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: grpc.url,
    });
    otel = await exportOnce();
    expect(http.requests().map(({ path }) => path).toSorted()).toEqual(['/v1/logs', '/v1/traces']);
    expect(grpc.requests().map(({ path }) => path)).toEqual([METHODS[1]]);
  });

  verifies('P5', 'stays on one connection for each signal, and makes a new one when that has ended', async () => {
    const destinations = [collector(grpc.url, { protocol: 'grpc', signals: ['traces'] })];
    otel = await exportOnce(destinations);
    await exportAgain();
    expect([grpc.requests().length, grpc.connections()]).toEqual([2, 1]);
    grpc.dropConnections();
    await exportAgain();
    await grpc.waitForSpans((spans) => spans.length === 3);
    expect(grpc.connections()).toBe(2);
    expect(otel.status().problems).toEqual([]);
  });

  async function exportAgain(): Promise<void> {
    trace.getTracer('shop').startSpan('again').end();
    await otel.flush();
  }

  for (const answer of [{ status: 14 }, { httpStatus: 503 }] satisfies GrpcSinkAnswer[]) {
    verifies('P5', `is tried again after a status that asks for it: ${JSON.stringify(answer)}`, async () => {
      grpc.answerWith({ ...answer, times: 1 });
      otel = await exportOnce([collector(grpc.url, { protocol: 'grpc', signals: ['traces'] })]);
      expect(grpc.requests().map(({ status }) => status)).toEqual([Object.values(answer)[0], 0]);
      expect(countsOf(otel)).toEqual(['collector traces 1 0 0']);
      expect(otel.status().problems).toEqual([]);
    });
  }

  verifies('P5', 'is tried again after a broken connection, on a new one', async () => {
    grpc.answerWith({ reset: true, times: 1 });
    expectDiagnostics('OTELIER_EXPORT_FAILED', 'OTELIER_EXPORT_RECOVERED');
    otel = await exportOnce([collector(grpc.url, { protocol: 'grpc', signals: ['traces'] })]);
    await grpc.waitForSpans((spans) => spans.length === 1);
    await otel.flush();
    expect([grpc.requests().length, grpc.connections(), ...countsOf(otel)]).toEqual([2, 2, 'collector traces 1 0 0']);
  });

  const retryInfo = (seconds: number): string => {
    const field = (tag: number, content: Uint8Array): Buffer => Buffer.from([tag, content.length, ...content]);
    const info = field(0x0a, Buffer.from([0x08, seconds]));
    const any = Buffer.concat([field(0x0a, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')), field(0x12, info)]);
    return field(0x1a, any).toString('base64');
  };

  verifies('P5', 'comes again after exhausted resources only when the server says when', async () => {
    grpc.answerWith({ status: 8, details: retryInfo(1), times: 1 });
    otel = await exportOnce([collector(grpc.url, { protocol: 'grpc', signals: ['traces'] })]);
    expect(countsOf(otel)).toEqual(['collector traces 1 0 0']);
    await otel.shutdown();
    grpc.answerWith({ status: 8, details: 'garbage', times: 1 });
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    otel = await exportOnce([collector(grpc.url, { protocol: 'grpc', signals: ['traces'] })]);
    expect(countsOf(otel)).toEqual(['collector traces 0 1 0']);
  });

  const refusals: readonly (readonly [answer: GrpcSinkAnswer, cause: string])[] = [
    [{ status: 3, message: 'no' }, 'gRPC status INVALID_ARGUMENT'],
    [{ status: 12 }, 'gRPC status UNIMPLEMENTED'],
    [{ status: 13 }, 'gRPC status INTERNAL'],
    [{ status: 16 }, 'gRPC status UNAUTHENTICATED'],
    [{ status: 99 }, 'gRPC status 99'],
    [{ httpStatus: 404 }, 'HTTP status 404'],
    [{ httpStatus: 200 }, 'an answer that is not of gRPC'],
  ];
  for (const [answer, cause] of refusals) {
    verifies('P5', `is not tried again after ${cause}, which is told`, async () => {
      grpc.answerWith(answer);
      expectDiagnostics('OTELIER_EXPORT_FAILED');
      otel = await exportOnce([collector(grpc.url, { protocol: 'grpc', signals: ['traces'] })]);
      expect(countsOf(otel)).toEqual(['collector traces 0 1 0']);
      expect(otel.status().destinations[0]?.lastError).toBe(cause);
      expect(grpc.requests()).toHaveLength(1);
    });
  }

  verifies('P5', 'to a server that hangs, or that does not speak HTTP/2, fails within the time limit', async () => {
    grpc.answerWith({ hang: true });
    expectDiagnostics('OTELIER_EXPORT_FAILED', 'OTELIER_EXPORT_FAILED');
    const options = { protocol: 'grpc', signals: ['traces'], timeoutMillis: 500 } as const;
    otel = await exportOnce([collector(grpc.url, options), collector(http.url, options)]);
    expect(countsOf(otel)).toEqual(['collector traces 0 1 0', 'collector traces 0 1 0']);
    expect(otel.status().destinations[0]?.lastError).toBe('no answer in time');
    expect(http.requests()).toEqual([]);
  });

  for (const scheme of ['http', 'https']) {
    verifies('P5', `leaves a connection that never answered for a new one, over ${scheme}`, async () => {
      const pair = createSelfSigned();
      const target = await startGrpcSink(scheme === 'https' ? { tls: pair } : {});
      const sockets: Socket[] = [];
      // Takes the first connection and says nothing; the later ones reach the server.
      const relay = createServer((socket) => {
        socket.on('error', () => {});
        if (sockets.push(socket) > 1) {
          const upstream = connect(Number(new URL(target.url).port), '127.0.0.1');
          upstream.on('error', () => {});
          socket.once('close', () => upstream.destroy());
          socket.pipe(upstream).pipe(socket);
        }
      });
      await new Promise<void>((resolve) => {
        relay.listen(0, '127.0.0.1', resolve);
      });
      const url = `${scheme}://127.0.0.1:${(relay.address() as AddressInfo).port}${METHODS[0]}`;
      const template = { url, headers: { 'content-type': 'application/grpc' }, gzip: false, grpc: true, proxy: undefined };
      const transport = new OtlpTransport(template, scheme === 'https' ? { ca: Buffer.from(pair.cert) } : {});
      const late = { status: 'retryable', error: { message: 'no answer in time' } };
      expect(await transport.send(new Uint8Array(), 300)).toMatchObject(late);
      expect(await transport.send(new Uint8Array(), 10_000)).toMatchObject({ status: 'success' });
      expect(target.requests()).toHaveLength(1);
      transport.shutdown();
      sockets.forEach((socket) => socket.destroy());
      relay.close();
      await target.close();
      otel = await exportOnce([]);
    });
  }

  verifies('P5', 'counts what a destination of http/json says that it has rejected, as a text', async () => {
    http.answerWith({ body: Buffer.from('{"partialSuccess":{"rejectedSpans":"1","errorMessage":"old"}}') });
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    otel = await exportOnce([collector(http.url, { protocol: 'http/json', signals: ['traces'] })]);
    expect(otel.status().destinations).toMatchObject([{ exported: 0, failed: 1, lastError: 'it rejected a part of a request (old)' }]);
  });

  verifies('P5', 'reads an answer that is compressed, as some servers do it where the request was', async () => {
    otel = await exportOnce([]);
    const said = Buffer.from([0x0a, 0x02, 0x08, 0x01]);
    const packed = gzipSync(said);
    const head = Buffer.alloc(5, 1);
    head.writeUInt32BE(packed.length, 1);
    const server = createHttp2Server();
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': 'gzip' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.concat([head, packed]));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${METHODS[0]}`;
    const transport = new OtlpTransport({ url, headers: {}, gzip: true, grpc: true, proxy: undefined }, {});
    expect(await transport.send(new Uint8Array(), 5000)).toEqual({ status: 'success', data: said });
    transport.shutdown();
    const closed = once(server, 'close');
    server.close();
    await closed;
  });

  verifies('P5', 'counts what the server says that it has rejected', async () => {
    // partial_success { rejected_spans: 1, error_message: "old" }
    grpc.answerWith({ body: Buffer.from([0x0a, 7, 0x08, 1, 0x12, 3, 0x6f, 0x6c, 0x64]) });
    expectDiagnostics('OTELIER_EXPORT_FAILED');
    otel = await exportOnce([collector(grpc.url, { protocol: 'grpc', signals: ['traces'] })]);
    expect(countsOf(otel)).toEqual(['collector traces 0 1 0']);
    expect(otel.status().destinations[0]?.lastError).toBe('it rejected a part of a request (old)');
  });
});
