import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, ROOT_CONTEXT, SpanKind, TraceFlags } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { observeRequest, settleRequestOptions } from '../../src/adapter.js';
import { CLIENTS } from './clients.js';

describe.each(CLIENTS)('two services that speak by $name', ({ send }) => {
  verifies(['D10', 'R10'], 'are in one trace, with the baggage, from the first caller to the last server', async () => {
    const telemetry = new TelemetryProbe({ outgoing: {} });
    const options = settleRequestOptions('test', {});
    const baggage: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      const facts = { scheme: 'http', host: request.headers.host, clientAddress: undefined } as const;
      const scope = { name: '@otelier/test', version: '0' };
      const observation = observeRequest({ request, response, facts, scope, resolveRoute: () => request.url }, options);
      observation.run(() => {
        baggage.push(propagation.getActiveBaggage()?.getEntry('tenant')?.value);
        if (request.url === '/back') {
          response.end('back');
          return;
        }
        const { port } = server.address() as AddressInfo;
        void send(`http://127.0.0.1:${port}/back`).then(({ text }) => response.end(`front, ${text}`));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const tenant = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ tenant: { value: 'a, b' } }));
    const { text } = await context.with(tenant, () => withSpan('job', () => send(`http://127.0.0.1:${port}/front`)));
    expect(text).toBe('front, back');
    const spans = await telemetry.waitFor((all) => all.length === 5);
    const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
    const pathTo = (id: string | undefined): string[] => {
      const span = id === undefined ? undefined : byId.get(id);
      return span === undefined ? [] : [...pathTo(span.parentSpanContext?.spanId), `${SpanKind[span.kind]} ${span.name}`];
    };
    const last = spans.find(({ name }) => name === 'GET /back');
    expect(pathTo(last?.spanContext().spanId)).toEqual([
      'INTERNAL job',
      'CLIENT GET',
      'SERVER GET /front',
      'CLIENT GET',
      'SERVER GET /back',
    ]);
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(last?.spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
    expect(baggage).toEqual(['a, b', 'a, b']);
    server.closeAllConnections();
    server.close();
    await telemetry.otel.shutdown();
  });

  verifies(['D10', 'R16'], 'leave out all of a request that the first one ignores', async () => {
    const telemetry = new TelemetryProbe({ outgoing: {} });
    const options = settleRequestOptions('test', { ignore: ['/front'] });
    const flags: string[] = [];
    const server = createServer((request, response) => {
      flags.push(String(request.headers['traceparent']).slice(-2));
      const facts = { scheme: 'http', host: request.headers.host, clientAddress: undefined } as const;
      const scope = { name: '@otelier/test', version: '0' };
      const observation = observeRequest({ request, response, facts, scope, resolveRoute: () => request.url }, options);
      observation.run(() => {
        const { port } = server.address() as AddressInfo;
        if (request.url === '/back') {
          response.end('back');
        } else {
          void send(`http://127.0.0.1:${port}/back`).then(({ text }) => response.end(text));
        }
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await send(`http://127.0.0.1:${port}/front`);
    const spans = await telemetry.waitFor((all) => all.length >= 1);
    expect(spans.map(({ kind }) => kind)).toEqual([SpanKind.CLIENT]);
    expect(flags).toEqual(['03', '02']);
    const points = await telemetry.metric('http.client.request.duration');
    expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(2);
    server.closeAllConnections();
    server.close();
    await telemetry.otel.shutdown();
  });
});
