import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { context, propagation } from '@opentelemetry/api';
import { setupOtel } from '@otelier/core';
import otelPlugin from '@otelier/fastify';
import { verifies } from '@otelier/testkit';
import { isServerSpan, TelemetryProbe } from '@otelier/testkit/conformance';
import type { FastifyInstance } from 'fastify';
import { FASTIFY_VERSIONS, type FastifyVersion } from './fastify-versions.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** An application whose handler tells what it would send on, and which hooks were called. */
async function createApp({ fastify }: FastifyVersion, seen: string[] = []): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(otelPlugin, {
    layers: true,
    onRequest: () => void seen.push('onRequest'),
    onResponse: () => void seen.push('onResponse'),
  });
  app.get('/users/:id', (request) => {
    request.otel.setAttributes({ 'user.id': '7' });
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    return { carrier, trace: request.otel.traceId };
  });
  return app;
}

describe.each(FASTIFY_VERSIONS)('an application of $name', (version) => {
  verifies('R27', 'is left alone after a shutdown, and observed again with the next set-up', async () => {
    const seen: string[] = [];
    const first = new TelemetryProbe();
    const app = await createApp(version, seen);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const ask = async (): Promise<Response> => fetch(`http://127.0.0.1:${port}/users/7`, { headers: { connection: 'close', traceparent } });
    await ask();
    await first.waitFor((spans) => spans.some(isServerSpan));
    expect([seen, Object.hasOwn(app.server, 'emit')]).toEqual([['onRequest', 'onResponse'], true]);
    await first.otel.shutdown();

    const answer = await ask();
    expect(await answer.json()).toEqual({ carrier: {}, trace: '0'.repeat(32) });
    expect([seen.length, Object.hasOwn(app.server, 'emit')]).toEqual([2, false]);

    const second = new TelemetryProbe();
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/9.9\r\n\r\n');
    await once(client.resume(), 'close');
    await ask();
    const spans = await second.waitFor((all) => all.filter(isServerSpan).length === 2);
    expect(spans.filter(isServerSpan).map(({ name }) => name)).toEqual(['GET', 'GET /users/:id']);
    await app.close();
    await second.otel.shutdown();
  });

  verifies('P4', "propagates the caller's context when OpenTelemetry is disabled", async () => {
    const otel = setupOtel({ disabled: true });
    const app = await createApp(version);
    const answer = await app.inject({ url: '/users/7', headers: { traceparent } });
    expect(answer.json()).toMatchObject({ carrier: { traceparent } });
    await app.close();
    await otel.shutdown();
  });

  verifies('X7', 'is freed though it is never closed, when it has been used without a server', async () => {
    const telemetry = new TelemetryProbe();
    const apps = await Promise.all(
      // Fastify itself may still know the last one.
      Array.from({ length: 4 }, async () => {
        const app = await createApp(version);
        await app.inject('/users/7');
        return new WeakRef(app);
      }),
    );
    await telemetry.waitFor((spans) => spans.filter(isServerSpan).length === 4);
    await telemetry.clear();
    const isFreed = (): boolean[] => apps.slice(0, 3).map((app) => app.deref() === undefined);
    for (let round = 0; round < 10 && isFreed().includes(false); round += 1) {
      await turn();
      collectGarbage();
    }
    expect(isFreed()).toEqual([true, true, true]);
    await telemetry.otel.shutdown();
  });
});
