import { propagation, SpanKind, context } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { Dispatcher } from 'undici';
import { UNDICI_COPIES } from '../outgoing/clients.js';
import { startTarget, type TargetServer } from '../outgoing/target-server.js';

/** As many as wait for the connection in turn. */
const CALLERS = 20;

describe.each(UNDICI_COPIES)('requests of %s that wait', (_name, undici) => {
  let telemetry: TelemetryProbe;
  let target: TargetServer;
  beforeAll(async () => {
    target = await startTarget();
    telemetry = new TelemetryProbe({ outgoing: {} });
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    await telemetry.otel.shutdown();
    await target.close();
  });

  /** Sends within a span and baggage of their own, all at once; each must be found beneath its own, with its own. */
  async function expectOwn(send: (url: string) => Promise<unknown>, path = '/echo', requests = 1): Promise<void> {
    const callers = await Promise.all(
      Array.from({ length: CALLERS }, (_, id) => {
        const baggage = propagation.createBaggage({ user: { value: String(id) } });
        return context.with(propagation.setBaggage(context.active(), baggage), () =>
          withSpan(`work ${id}`, async (span) => {
            await send(`${target.origin}${path}?times=${requests - 1}&id=${id}`);
            return { id, spanId: span.spanContext().spanId };
          }),
        );
      }),
    );
    const spans = await telemetry.waitFor((all) => all.filter(({ kind }) => kind === SpanKind.CLIENT).length === CALLERS * requests);
    for (const { id, spanId } of callers) {
      const own = spans.filter(({ kind, parentSpanContext }) => kind === SpanKind.CLIENT && parentSpanContext?.spanId === spanId);
      expect(own).toHaveLength(requests);
      const url = `${path}?times=${requests - 1}&id=${id}`;
      own.forEach(({ attributes }) => expect(attributes['url.full']).toBe(`${target.origin}${url}`));
      const received = target.requests.filter((request) => request.url === url).slice(-requests);
      expect(received.map(({ headers }) => headers['baggage'])).toEqual(Array.from({ length: requests }, () => `user=${id}`));
      const sent = received.map(({ headers }) => String(headers['traceparent']).split('-')[2]);
      expect(new Set(sent)).toEqual(new Set(own.map((span) => span.spanContext().spanId)));
    }
  }

  const fetching = (dispatcher: Dispatcher) => async (url: string) =>
    (await undici.fetch(url, { dispatcher } as object)).text();

  verifies(['D10', 'R13'], 'for a connection of a pool are beneath the span of who fetches', async () => {
    const pool = new undici.Pool(target.origin, { connections: 1 });
    await expectOwn(fetching(pool));
    await pool.close();
  });

  verifies(['D10', 'R13'], 'for a connection of an agent with interceptors keep their baggage to themselves', async () => {
    const { redirect, retry, dump } = undici.interceptors;
    const agent = new undici.Agent({ connections: 2 }).compose(redirect({ maxRedirections: 2 }), retry(), dump());
    await expectOwn(async (url) => (await undici.request(url, { dispatcher: agent })).body.text());
    await agent.close();
  });

  verifies(['D10', 'R13'], 'to be sent again stay with who sends them', async () => {
    const agent = new undici.RetryAgent(new undici.Agent({ connections: 1 }), { minTimeout: 1, maxRetries: 3 });
    await expectOwn(fetching(agent), '/flaky', 3);
    await agent.close();
  });

  verifies(['D10', 'R13'], 'are told apart by their options, which can be used again', async () => {
    const pool = new undici.Pool(target.origin, { connections: 1 });
    const options: Dispatcher.DispatchOptions = { path: '/ok', method: 'GET' };
    for (const name of ['first', 'second']) {
      await withSpan(name, () => new Promise<void>((resolve, reject) => pool.dispatch(options, handler(resolve, reject))));
    }
    const spans = await telemetry.waitFor((all) => all.filter(({ kind }) => kind === SpanKind.CLIENT).length === 2);
    const parents = spans
      .filter(({ kind }) => kind === SpanKind.CLIENT)
      .map(({ parentSpanContext }) => spans.find((span) => span.spanContext().spanId === parentSpanContext?.spanId)?.name);
    expect(parents).toEqual(['first', 'second']);
    await pool.close();
  });
});

verifies('D2', 'leaves the dispatchers of every copy as they were after the shutdown', async () => {
  const dispatches = (): unknown[] => UNDICI_COPIES.map(([, { Client }]) => Client.prototype.dispatch);
  const own = dispatches();
  const { otel } = new TelemetryProbe({ outgoing: {} });
  dispatches().forEach((dispatch, index) => expect(dispatch).not.toBe(own[index]));
  await otel.shutdown();
  expect(dispatches()).toEqual(own);
});

/** What all versions take: by its method names an old handler. */
function handler(resolve: () => void, reject: (error: Error) => void): Dispatcher.DispatchHandler {
  const methods = {
    onConnect: () => {},
    onHeaders: () => true,
    onData: () => true,
    onComplete: () => resolve(),
    onError: reject,
    onRequestStart: () => {},
    onResponseStart: () => {},
    onResponseData: () => {},
    onResponseEnd: () => resolve(),
    onResponseError: (_controller: unknown, error: Error) => reject(error),
  };
  return methods;
}
