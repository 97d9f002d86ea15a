import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, type Attributes } from '@opentelemetry/api';
import { AlwaysOffSampler, SamplingDecision, type Sampler } from '@opentelemetry/sdk-trace-node';
import { withSpan, type OtelOptions } from '@otelier/core';
import { observeRequest, settleRequestOptions, type RequestOptions } from '@otelier/core/adapter';
import { verifies } from '@otelier/testkit';
import { isServerSpan, TelemetryProbe } from '@otelier/testkit/conformance';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const UNSAMPLED = `00-${TRACE_ID}-b7ad6b7169203331-00`;

interface Seen {
  /** How often an attribute's source was read. */
  readonly reads: number;
  readonly outgoing: Record<string, string>;
  readonly telemetry: TelemetryProbe;
}

/** Serves one observed request and shows what it did. */
async function serveOne(
  options: OtelOptions,
  headers: Record<string, string>,
  look: (seen: Seen) => unknown,
  requestOptions: RequestOptions = {},
): Promise<void> {
  const telemetry = new TelemetryProbe(options);
  const adapter = settleRequestOptions('test', requestOptions);
  const outgoing: Record<string, string> = {};
  let reads = 0;
  let closed: Promise<unknown> | undefined;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    closed = once(response, 'close');
    Object.defineProperty(request.headers, 'user-agent', { enumerable: true, get: () => `read ${(reads += 1)}` });
    const facts = { scheme: 'http', host: 'shop.example', clientAddress: undefined } as const;
    observeRequest({ request, response, facts, scope: { name: '@otelier/test', version: '0' }, resolveRoute: () => '/' }, adapter).run(() => {
      propagation.inject(context.active(), outgoing);
      withSpan('inner', () => response.end());
    });
  };
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers })).text();
    await closed;
    await look({ reads, outgoing, telemetry });
  } finally {
    server.closeAllConnections();
    server.close();
    await telemetry.otel.shutdown();
  }
}

async function expectMeasured({ telemetry }: Seen): Promise<void> {
  const points = await telemetry.metric('http.server.request.duration');
  expect(points.map(({ count, attributes }) => [count, attributes['http.route']])).toEqual([[1, '/']]);
}

verifies('R26', 'builds no attributes for a request whose caller decided against sampling, and passes the decision on', () =>
  serveOne({}, { traceparent: UNSAMPLED }, async (seen) => {
    expect(seen.reads).toBe(0);
    expect(seen.telemetry.spans()).toEqual([]);
    expect(seen.outgoing['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
    expect(seen.outgoing['traceparent']).not.toContain('b7ad6b7169203331');
    await expectMeasured(seen);
  }),
);

verifies('R26', 'builds the attributes once for a request that is recorded, and measures it', () =>
  serveOne({}, {}, async (seen) => {
    expect(seen.reads).toBe(1);
    const span = seen.telemetry.spans().find(isServerSpan);
    expect(span?.attributes['user_agent.original']).toBe('read 1');
    await expectMeasured(seen);
  }),
);

verifies('R26', 'shows the attributes to a sampler of the application, and the metrics go on when it drops the request', async () => {
  const seenBySampler: Attributes[] = [];
  const sampler: Sampler = {
    shouldSample: (...[, , , , attributes]) => {
      seenBySampler.push(attributes);
      return { decision: SamplingDecision.NOT_RECORD };
    },
    toString: () => 'test',
  };
  await serveOne({ sampler }, {}, async (seen) => {
    expect(seenBySampler[0]).toMatchObject({ 'url.path': '/', 'http.request.method': 'GET', 'server.address': 'shop.example' });
    expect(seen.telemetry.spans()).toEqual([]);
    expect(seen.outgoing['traceparent']).toMatch(/-0[02]$/);
    await expectMeasured(seen);
  });
});

verifies('R26', 'shows the attributes to span processors when the span begins', async () => {
  const begun: Attributes[] = [];
  const processor = {
    onStart: (span: { attributes: Attributes }) => void begun.push({ ...span.attributes }),
    onEnd: () => {},
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  await serveOne({ spanProcessors: [processor] }, {}, () => {
    expect(begun[0]).toMatchObject({ 'url.path': '/', 'url.scheme': 'http' });
  });
});

verifies('R26', 'measures and propagates when a sampler records nothing at all', () =>
  serveOne({ sampler: new AlwaysOffSampler() }, {}, async (seen) => {
    expect(seen.telemetry.spans()).toEqual([]);
    expect(seen.outgoing['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[02]$/);
    await expectMeasured(seen);
  }),
);

verifies(['R16', 'M2'], 'does not count a request as active that is left out of the metrics', () =>
  serveOne(
    {},
    {},
    async ({ telemetry }) => {
      expect(await telemetry.metric('http.server.active_requests')).toEqual([]);
      expect(telemetry.spans()).toEqual([]);
    },
    { ignore: { requests: ['/'], metrics: true } },
  ),
);
