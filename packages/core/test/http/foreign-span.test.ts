import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { observeRequest, settleRequestOptions } from '@otelier/core/adapter';
import { verifies } from '@otelier/testkit';
import { exceptionsOf, TelemetryProbe } from '@otelier/testkit/conformance';

verifies(['R6', 'R14'], 'enriches the SERVER span of an instrumentation, not the span of middleware that is active', async () => {
  const telemetry = new TelemetryProbe();
  const tracer = trace.getTracer('somebody else');
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const server = tracer.startSpan('GET', { kind: SpanKind.SERVER });
    const active = trace.setSpan(context.active(), server);
    const middleware = tracer.startSpan('middleware', {}, active);
    const within = trace.setSpan(setRPCMetadata(active, { type: RPCType.HTTP, span: server }), middleware);
    const observation = context.with(within, () =>
      observeRequest({
        request,
        response,
        facts: { scheme: 'http', host: undefined, clientAddress: undefined },
        scope: { name: 'ours', version: '0' },
        resolveRoute: () => '/users/:id',
      }, settleRequestOptions('test', {})),
    );
    observation.recordError(new RangeError('too far'));
    response.on('finish', () => {
      middleware.end();
      server.end();
    });
    response.writeHead(500).end();
  };
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/users/1`)).text();

  const spans = await telemetry.waitFor((all) => all.length === 2);
  const own = spans.find((span) => span.kind === SpanKind.SERVER);
  const middleware = spans.find((span) => span.kind === SpanKind.INTERNAL);
  expect(own?.name).toBe('GET /users/:id');
  expect(own?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too far' });
  expect(own && exceptionsOf(own)).toHaveLength(1);
  expect(middleware?.name).toBe('middleware');
  expect(middleware?.attributes).toEqual({});
  expect(await telemetry.metric('http.server.request.duration')).toEqual([]);

  server.closeAllConnections();
  server.close();
  await telemetry.otel.shutdown();
});
