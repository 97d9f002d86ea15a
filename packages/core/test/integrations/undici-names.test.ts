import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { addressedHost } from '../../src/integrations/undici/addressed-host.js';
import { UNDICI_COPIES } from '../outgoing/clients.js';
import { startTarget, type TargetServer } from '../outgoing/target-server.js';

const isClient = (span: ReadableSpan): boolean => span.kind === SpanKind.CLIENT;

describe.each(UNDICI_COPIES)('names that %s has resolved', (_name, undici) => {
  let telemetry: TelemetryProbe;
  let target: TargetServer;
  beforeAll(async () => {
    target = await startTarget();
    telemetry = new TelemetryProbe({ outgoing: { propagateTo: ['localhost'] } });
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    await telemetry.otel.shutdown();
    await target.close();
  });

  async function ask(url: string, options: object): Promise<Record<string, string>> {
    const { body } = await undici.request(url, options);
    return ((await body.json()) as { headers: Record<string, string> }).headers;
  }

  verifies('D10', 'are whom the request is for, and the address is the peer', async () => {
    const dispatcher = new undici.Agent().compose(undici.interceptors.dns({ dualStack: false, affinity: 4 }));
    const headers = await ask(`http://localhost:${target.port}/echo?a=b`, { dispatcher });
    const span = await telemetry.span(isClient);
    expect(headers['traceparent']).toContain(span.spanContext().spanId);
    expect(span.attributes).toMatchObject({
      'url.full': `http://localhost:${target.port}/echo?a=b`,
      'server.address': 'localhost',
      'server.port': target.port,
      'network.peer.address': '127.0.0.1',
    });
    await dispatcher.close();
  });

  verifies('D10', 'are not read from a host header beside another name', async () => {
    const dispatcher = new undici.Agent({
      connect: ((_options: unknown, done: (error: Error, socket: null) => void) =>
        done(Object.assign(new Error('no'), { code: 'ENO' }), null)) as never,
    });
    const sent = undici.request('http://other.example/', { dispatcher, headers: { host: 'localhost' } });
    await expect(sent).rejects.toMatchObject({ code: 'ENO' });
    expect((await telemetry.span(isClient)).attributes).toMatchObject({ 'server.address': 'other.example', 'server.port': 80 });
    await dispatcher.destroy();
  });
});

const rows: readonly (readonly [origin: string, host: string | null | undefined, addressed: string])[] = [
  ['http://127.0.0.1:3000', 'api.example:3000', 'api.example:3000'],
  ['http://127.0.0.1:3000', 'api.example', 'api.example:3000'],
  ['https://[::1]', 'api.example', 'api.example'],
  ['http://[::1]:81', '10.0.0.1', '[::1]:81'],
  ['http://127.0.0.1:3000', '[::1]:3000', '127.0.0.1:3000'],
  ['http://127.0.0.1:3000', undefined, '127.0.0.1:3000'],
  ['http://127.0.0.1:3000', null, '127.0.0.1:3000'],
  ['http://127.0.0.1', '', '127.0.0.1'],
  ['http://127.0.0.1', 'a@b', '127.0.0.1'],
  ['http://127.0.0.1', 'a/b', '127.0.0.1'],
  ['http://127.0.0.1', 'a\\b', '127.0.0.1'],
  ['http://127.0.0.1', 'a%00b', '127.0.0.1'],
  ['http://127.0.0.1', '\u0000', '127.0.0.1'],
  ['http://127.0.0.1', '2130706433', '127.0.0.1'],
  ['http://127.0.0.1', 'a'.repeat(100_000), '127.0.0.1'],
  ['http://service.example:81', 'evil.example', 'service.example:81'],
];
for (const [origin, host, addressed] of rows) {
  verifies(['D10', 'X6'], `a request to ${origin} with the host ${String(host).slice(0, 20)} is for ${addressed}`, () => {
    expect(addressedHost({ origin, ...(host === undefined ? {} : { host }), path: '/', method: 'GET', headers: [] })).toBe(addressed);
  });
}
