import { once } from 'node:events';
import { createServer, request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { propagation, SpanKind, context } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { withSpan, type OtelOptions } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { startTarget, type TargetServer } from './target-server.js';

const CARRIED = ['traceparent', 'tracestate', 'baggage'];
const FOREIGN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let target: TargetServer;
let telemetry: TelemetryProbe;

beforeAll(async () => {
  target = await startTarget();
});
afterEach(() => telemetry.otel.shutdown());
afterAll(() => target.close());

function observe(outgoing: OtelOptions['outgoing'] = {}): void {
  telemetry = new TelemetryProbe({ outgoing });
}

async function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await once(response.resume(), 'close');
  return response;
}

/** Sends a request to the target within a span that has baggage. */
function send(path: string, options: RequestOptions = {}): Promise<ClientRequest> {
  const baggage = propagation.createBaggage({ 'user.id': { value: '42' } });
  return withSpan('work', () =>
    context.with(propagation.setBaggage(context.active(), baggage), async () => {
      const request = httpRequest({ host: '127.0.0.1', port: target.port, path, ...options });
      await answerTo(request);
      return request;
    }),
  );
}

const clientSpans = (): readonly ReadableSpan[] => telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
const lastHeaders = (): IncomingMessage['headers'] => target.requests.at(-1)?.headers ?? {};
const carried = (): readonly string[] => CARRIED.filter((name) => name in lastHeaders());

describe('a client that copies the headers of a request into the one behind its redirect', () => {
  /** As superagent does. */
  async function follow(host: string): Promise<void> {
    await withSpan('work', async () => {
      const baggage = propagation.createBaggage({ 'user.id': { value: '42' } });
      await context.with(propagation.setBaggage(context.active(), baggage), async () => {
        const first = httpRequest({ host: '127.0.0.1', port: target.port, path: `/redirect?to=http://${host}:${target.port}/ok` });
        await answerTo(first);
        const { host: _host, ...headers } = first.getHeaders();
        await answerTo(httpRequest({ host, port: target.port, path: '/ok', headers }));
      });
    });
  }

  verifies(['D10', 'R10'], 'has a span for each of them, and the second one is told of its own', async () => {
    observe();
    await follow('127.0.0.1');
    const [first, second, ...others] = clientSpans();
    expect(others).toEqual([]);
    expect(second?.parentSpanContext?.spanId).toBe(first?.parentSpanContext?.spanId);
    expect(second?.attributes['http.request.resend_count']).toBe(1);
    expect(String(lastHeaders()['traceparent'])).toContain(second?.spanContext().spanId);
  });

  verifies('D10', 'tells nothing to whom it is not to be sent', async () => {
    observe({ propagateTo: ['127.0.0.1'] });
    await follow('localhost');
    expect(clientSpans()).toHaveLength(2);
    expect(carried()).toEqual([]);
  });
});

describe('the Host header of a request', () => {
  verifies(['D10', 'X6'], 'does not decide to whom the trace is sent, nor what is recorded of the server', async () => {
    observe({ propagateTo: ['*.shop.internal'] });
    await send('/ok', { headers: { host: 'evil.shop.internal:9999' } });
    expect(carried()).toEqual([]);
    const [span] = clientSpans();
    expect(span?.attributes).toMatchObject({
      'server.address': '127.0.0.1',
      'server.port': target.port,
      'url.full': `http://127.0.0.1:${target.port}/ok`,
    });
    const [point] = await telemetry.metric('http.client.request.duration');
    expect(point?.attributes).toMatchObject({ 'server.address': '127.0.0.1', 'server.port': target.port });
  });

  verifies('D10', 'can be missing, and the port is known all the same', async () => {
    observe();
    const server = createServer({ requireHostHeader: false }, (_request, response) => response.end('ok')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await send('/ok', { port, setHost: false });
    server.close();
    expect(clientSpans()[0]?.attributes).toMatchObject({ 'server.port': port, 'url.full': `http://127.0.0.1:${port}/ok` });
  });
});

verifies('D10', 'a redirect whose body nobody wants is no failure, and the same request later no resend', async () => {
  observe();
  await withSpan('work', async () => {
    for (let time = 0; time < 2; time += 1) {
      const request = httpRequest({ host: '127.0.0.1', port: target.port, path: '/redirect?to=/ok&body=moved' });
      request.on('error', () => {});
      request.on('response', () => request.destroy(new Error('enough')));
      request.end();
      await new Promise((resolve) => request.on('close', resolve));
    }
  });
  const spans = clientSpans();
  expect(spans.map(({ attributes }) => [attributes['error.type'], attributes['http.request.resend_count']])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

verifies('D10', 'a request for a tunnel tells the proxy nothing', async () => {
  observe();
  const seen: IncomingMessage[] = [];
  const proxy = createServer().listen(0, '127.0.0.1');
  proxy.on('connect', (request, socket) => {
    seen.push(request);
    socket.end('HTTP/1.1 200 Connected\r\n\r\n');
  });
  await once(proxy, 'listening');
  await withSpan('work', async () => {
    const request = httpRequest({ host: '127.0.0.1', port: (proxy.address() as AddressInfo).port, method: 'CONNECT', path: 'db.example:443' });
    request.end();
    await once(request, 'connect');
  });
  proxy.close();
  expect(CARRIED.filter((name) => name in (seen[0]?.headers ?? {}))).toEqual([]);
  await telemetry.waitFor(() => clientSpans().length === 1);
});

verifies('D10', "somebody else's trace in a list of headers is left alone, and only measured", async () => {
  observe();
  await send('/ok', { headers: ['Host', `127.0.0.1:${target.port}`, 'traceparent', FOREIGN] as never });
  expect(lastHeaders()['traceparent']).toBe(FOREIGN);
  expect(clientSpans()).toEqual([]);
  expect(await telemetry.metric('http.client.request.duration')).toHaveLength(1);
});
