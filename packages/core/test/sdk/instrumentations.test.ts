import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { withSpan } from '@otelier/core';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';

describe('the instrumentations of the application', () => {
  let server: Server;
  let telemetry: TelemetryProbe;

  beforeAll(async () => {
    server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => telemetry.otel.shutdown());
  afterAll(() => server.close());

  /** Fetches a page within a span and returns the scopes of the other spans that come of it. */
  async function scopesOfFetch(): Promise<readonly string[]> {
    await telemetry.clear();
    const { port } = server.address() as AddressInfo;
    await withSpan('job', () => fetch(`http://127.0.0.1:${port}/`).then((response) => response.text()));
    const spans = await telemetry.waitFor((all) => all.some(({ name }) => name === 'job'));
    return spans.filter(({ name }) => name !== 'job').map(({ instrumentationScope }) => instrumentationScope.name);
  }

  verifies('D12', 'record on the set-up, one by one or in lists, and take over from an integration', async () => {
    const undici = new UndiciInstrumentation();
    telemetry = new TelemetryProbe({ instrumentations: [[undici]], outgoing: {} });
    expect(await scopesOfFetch()).toEqual(['@opentelemetry/instrumentation-undici']);
  });

  verifies('D12', 'stop with the set-up and start with the next one', async () => {
    const undici = new UndiciInstrumentation();
    telemetry = new TelemetryProbe({ instrumentations: [undici], outgoing: {} });
    await telemetry.otel.shutdown();
    telemetry = new TelemetryProbe({ outgoing: {} });
    expect(await scopesOfFetch()).not.toContain('@opentelemetry/instrumentation-undici');
    await telemetry.otel.shutdown();
    telemetry = new TelemetryProbe({ instrumentations: [undici], outgoing: {} });
    expect(await scopesOfFetch()).toEqual(['@opentelemetry/instrumentation-undici']);
  });

  verifies('D12', 'take nothing over when they can not be started', async () => {
    expectDiagnostics('OTELIER_INSTRUMENTATION_FAILED');
    const broken = Object.assign(new UndiciInstrumentation({ enabled: false }), {
      enable() {
        throw new Error('an API of another line');
      },
    });
    telemetry = new TelemetryProbe({ instrumentations: [broken], outgoing: {} });
    expect(await scopesOfFetch()).toEqual(['@otelier/core']);
  });

  verifies('D12', 'do not keep the set-up from starting when one of them fails', async () => {
    expectDiagnostics('OTELIER_INSTRUMENTATION_FAILED');
    const broken = Object.assign(new UndiciInstrumentation({ enabled: false }), {
      setMeterProvider() {
        throw new Error('an API of another line');
      },
    });
    telemetry = new TelemetryProbe({ instrumentations: [broken, new UndiciInstrumentation()], outgoing: {} });
    expect(await scopesOfFetch()).toEqual(['@opentelemetry/instrumentation-undici']);
    expect(telemetry.otel.status().problems).toMatchObject([
      { code: 'OTELIER_INSTRUMENTATION_FAILED', message: expect.stringContaining('an API of another line') as string },
    ]);
  });
});
