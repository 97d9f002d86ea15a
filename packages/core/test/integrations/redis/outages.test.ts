import { SpanStatusCode } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { askRedis, describeWith, startPrivateRedis, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { REDIS_DRIVERS } from './redis-drivers';

/** What a driver says of a connection that is gone. */
const CONNECTION_ERRORS = /^(MaxRetriesPerRequestError|SocketClosedUnexpectedlyError|Error|ECONNRESET)$/;

/** Waits until a client waits on the server; Jest's own time limit ends a wait in vain. */
async function untilBlocked(url: string): Promise<void> {
  while (!(await askRedis(url, ['INFO', 'clients']))[0]?.includes('blocked_clients:1')) {
    // Asked again at once: each answer takes a moment of its own.
  }
}

describe.each(REDIS_DRIVERS)('$name', ({ connect }) => {
  let telemetry: TelemetryProbe;

  beforeAll(() => {
    telemetry = new TelemetryProbe();
  });
  beforeEach(() => telemetry.clear());
  afterAll(() => telemetry.otel.shutdown());

  describeWith('redis', 'on a server that dies', () => {
    verifies(['D3', 'X6'], 'leaves a span with the error of the command it was at, and the error to the application', async () => {
      const { url, stop } = await startPrivateRedis();
      const client = await connect(url);
      await telemetry.clear();
      const waiting = withSpan('request', () => client.waitFor('nothing')).catch((error: unknown) => error);
      await untilBlocked(url);
      await stop();
      expect(await waiting).toBeInstanceOf(Error);
      const span = await telemetry.span(({ name }) => name === 'BLPOP');
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes['error.type']).toMatch(CONNECTION_ERRORS);
      expect(span.attributes['db.response.status_code']).toBeUndefined();
      await client.close();
    });

    verifies(['D3', 'X6'], 'has a span with an error of a command on a client that is closed', async () => {
      const { url, stop } = await startPrivateRedis();
      const client = await connect(url);
      await client.close();
      await expect(withSpan('request', () => client.command('get', 'a'))).rejects.toThrow(Error);
      const [span, ...others] = telemetry.spans().filter(({ name }) => name === 'GET');
      expect([span?.status.code, others.length]).toEqual([SpanStatusCode.ERROR, 0]);
      await stop();
    });
  });
});
