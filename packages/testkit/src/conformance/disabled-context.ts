import { setupOtel, type Otel } from '@otelier/core';
import { startHeaderServer, type HeaderServer } from '../header-server.js';
import { verifies } from '../verifies.js';
import type { ConformanceHost, RunningHost } from './host.js';
import { send } from './http-client.js';

const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'shop=1' };
const CONTEXT = { ...TRACE, baggage: 'tenant=t7' };

type Carried = Partial<Record<keyof typeof CONTEXT, string>>;

/** What a disabled set-up still does on a host: the caller's context reaches the services behind it. */
export function describeDisabledContext(host: ConformanceHost): void {
  describe(`${host.name} when OpenTelemetry is disabled`, () => {
    let otel: Otel;
    let behind: HeaderServer;
    let server: RunningHost;

    beforeAll(async () => {
      otel = setupOtel({ disabled: true });
      behind = await startHeaderServer();
      server = await host.start({ transport: 'http1', observed: true, options: { ignore: ['/health'] } });
    });
    afterAll(async () => {
      await server.close();
      await behind.close();
      await otel.shutdown();
    });

    const relay = (headers: Readonly<Record<string, string>>): Promise<unknown> =>
      send(server, '/relay', { headers: { ...headers, 'x-relay-to': behind.url } });
    const carried = (path: string): Carried => {
      const { traceparent, tracestate, baggage } = (behind.headers(path) ?? {}) as Carried;
      return { ...(traceparent && { traceparent }), ...(tracestate && { tracestate }), ...(baggage && { baggage }) };
    };

    verifies('P4', "passes the caller's trace and baggage on with outgoing requests, with no span in between", async () => {
      await relay(CONTEXT);
      expect(carried('/by-fetch')).toEqual(CONTEXT);
      expect(carried('/by-node')).toEqual(tellsOfRequests() ? CONTEXT : {});
      expect(otel.status().spans).toEqual({ started: 0, ended: 0, exported: 0, failed: 0, dropped: 0 });
    });

    verifies('P4', 'passes baggage on alone, and makes up no trace', async () => {
      await relay({ baggage: 'tenant=t8' });
      expect(carried('/by-fetch')).toEqual({ baggage: 'tenant=t8' });
      await relay({});
      expect(carried('/by-fetch')).toEqual({});
    });

    verifies('P4', "leaves the caller's decision to record as it is for requests that are ignored", async () => {
      const { text } = await send(server, '/health', { headers: CONTEXT });
      expect(JSON.parse(text)).toMatchObject({ outgoing: CONTEXT });
    });
  });
}

/** Before 22.15 Node tells of a request of node:http when its headers have been sent. */
function tellsOfRequests(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 11) || (major === 22 && minor >= 15);
}
