import { context, propagation, trace } from '@opentelemetry/api';
import { setRequestAttributes, withSpan } from '@otelier/core';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { activeSpanId } from './context-walk.js';
import type { Endpoint, Exchange } from './endpoint.js';

const value = (path: string, handle: Endpoint['handle']): Endpoint => ({ method: 'GET', mount: '', path, kind: 'value', handle });

/** The routes that show what the options of the adapters do. */
export const OPTION_ENDPOINTS: readonly Endpoint[] = [
  value('/health', () => ({ outgoing: outgoingHeaders(), span: withSpan('health work', activeSpanId) })),
  value('/outgoing', () => outgoingHeaders()),
  value('/relay', ({ request }) => relay(String(request.headers['x-relay-to']))),
  value('/attributes', async () => {
    setRequestAttributes({ 'user.id': 'u7', 'tenant.tier': 'gold' });
    await wait(1);
    setRequestAttributes({ 'cart.items': 3 });
    withSpan('behind the attributes', () => {});
    return {};
  }),
  value('/hostile-attributes', () => {
    setRequestAttributes(hostileAttributes());
    return {};
  }),
  value('/telemetry', ({ otel }) => describeTelemetry(otel)),
  {
    ...value('/headers', () => {}),
    kind: 'raw',
    handle: ({ response }) => {
      response.writeHead(201, {
        'content-type': 'text/plain',
        'x-shop': 'tea',
        'set-cookie': ['a=hunter2', 'b=hunter2'],
        'server-timing': 'db;dur=3',
        'access-control-expose-headers': 'x-shop',
      });
      response.end('done');
    },
  },
];

/** Asks another service, by `fetch` and by `node:http`, after some work of its own. */
async function relay(to: string): Promise<object> {
  await wait(1);
  await (await fetch(`${to}/by-fetch`)).text();
  const [response] = (await once(get(`${to}/by-node`, { agent: false }), 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return {};
}

function outgoingHeaders(): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

function describeTelemetry(otel: Exchange['otel']): unknown {
  const carrier: Record<string, string> = {};
  otel?.inject(carrier);
  otel?.setAttributes({ 'order.id': 7 });
  return {
    traceId: otel?.traceId,
    spanId: otel?.span.spanContext().spanId,
    contextSpanId: otel && trace.getSpanContext(otel.context)?.spanId,
    carrier,
  };
}

/** Attributes that a careless application can hand over. */
function hostileAttributes(): never {
  const given = {
    'legal.one': 'yes',
    nothing: undefined,
    nested: { a: 1 },
    mixed: ['a', 1],
    long: 'x'.repeat(100_000),
    get thrower() {
      throw new Error('the getter must not hurt');
    },
  };
  return Object.defineProperty(given, '__proto__', { value: ['polluted'], enumerable: true }) as never;
}
