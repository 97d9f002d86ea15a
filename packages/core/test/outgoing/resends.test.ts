import { context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { withSpan } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import axios from 'axios';
import got from 'got';
import { Pool } from 'undici';
import { Pool as Pool6, RetryAgent as RetryAgent6, request as request6 } from 'undici-6';
import { Resends } from '../../src/outgoing/resends.js';
import { CLIENTS, UNDICI_COPIES } from './clients.js';
import { startTarget, type TargetServer } from './target-server.js';

describe('a request that is sent again', () => {
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

  let paths = 0;
  const flaky = (times: number): string => `${target.origin}/flaky?times=${times}&id=${(paths += 1)}`;
  const clientSpans = async (count: number): Promise<readonly ReadableSpan[]> => {
    const spans = await telemetry.waitFor((all) => all.filter(({ kind }) => kind === SpanKind.CLIENT).length >= count);
    return spans.filter(({ kind }) => kind === SpanKind.CLIENT);
  };
  const attempts = async (count: number): Promise<unknown[]> =>
    (await clientSpans(count)).map(({ attributes }) => [
      attributes['http.response.status_code'],
      attributes['http.request.resend_count'],
    ]);
  const chain = (): string => `${target.origin}/redirect?to=${encodeURIComponent('/redirect?to=/ok%23part')}`;
  const REDIRECTED = [
    [302, undefined],
    [302, 1],
    [200, 2],
  ];

  for (const { name, send } of CLIENTS.filter((client) => client.name.startsWith('fetch'))) {
    verifies('D10', `has one span for each redirect that ${name} follows, counted`, async () => {
      await withSpan('work', () => send(chain()));
      expect(await attempts(3)).toEqual(REDIRECTED);
      const work = await telemetry.span((span) => span.name === 'work');
      const parents = (await clientSpans(3)).map((span) => span.parentSpanContext?.spanId);
      expect(new Set(parents)).toEqual(new Set([work.spanContext().spanId]));
      await telemetry.clear();
      await context.with(ROOT_CONTEXT, () => send(chain()));
      expect(await attempts(3)).toEqual(REDIRECTED);
    });
  }

  verifies('D10', 'has one span for each redirect that clients on node:http follow, counted', async () => {
    await withSpan('work', () => axios.get(chain(), { adapter: 'http' }));
    expect(await attempts(3)).toEqual(REDIRECTED);
    await telemetry.clear();
    await withSpan('work', () => got(chain()));
    expect(await attempts(3)).toEqual(REDIRECTED);
  });

  verifies('D10', 'counts the retries of a client on node:http', async () => {
    await withSpan('work', () => got(flaky(2), { retry: { limit: 3, calculateDelay: ({ computedValue }) => computedValue && 1 } }));
    expect(await attempts(3)).toEqual([
      [503, undefined],
      [503, 1],
      [200, 2],
    ]);
  });

  for (const { name, send } of CLIENTS) {
    verifies('D10', `counts what the application sends again by ${name}, and nothing else`, async () => {
      const url = flaky(1);
      await withSpan('work', async () => {
        await send(url);
        await send(url);
        await send(url);
        await send(`${target.origin}/ok`);
        await send(`${target.origin}/ok`);
        await send(`${target.origin}/status?code=404`);
        await send(`${target.origin}/status?code=404`);
      });
      expect(await attempts(7)).toEqual([
        [503, undefined],
        [200, 1],
        ...[200, 200, 200, 404, 404].map((code) => [code, undefined]),
      ]);
    });

    verifies('D10', `does not take requests side by side by ${name} for one another's`, async () => {
      const url = `${target.origin}/status?code=503&by=${encodeURIComponent(name)}`;
      await withSpan('work', () => Promise.all(Array.from({ length: 10 }, () => send(url))));
      expect(await attempts(10)).toEqual(Array.from({ length: 10 }, () => [503, undefined]));
      await telemetry.clear();
      const other = `${url}&other`;
      await Promise.all([withSpan('one', () => send(other)), withSpan('two', () => send(other))]);
      await withSpan('three', () => send(other));
      expect(await attempts(3)).toEqual(Array.from({ length: 3 }, () => [503, undefined]));
    });
  }

  verifies('D10', 'is no resend outside any span, where unrelated requests meet', async () => {
    const url = flaky(2);
    await context.with(ROOT_CONTEXT, async () => {
      await CLIENTS[0]?.send(url);
      await CLIENTS[0]?.send(url);
    });
    expect(await attempts(2)).toEqual([
      [503, undefined],
      [503, undefined],
    ]);
  });

  for (const [name, copy] of UNDICI_COPIES) {
    verifies('D10', `counts the retries of the RetryAgent of ${name}`, async () => {
      const { RetryAgent: Agent, Agent: Plain, request } = copy;
      const dispatcher = new Agent(new Plain(), { minTimeout: 1, maxRetries: 3 });
      const { body } = await withSpan('work', () => request(flaky(2), { dispatcher }));
      await body.text();
      expect(await attempts(3)).toEqual([
        [503, undefined],
        [503, 1],
        [200, 2],
      ]);
      await dispatcher.close();
    });
  }

  verifies(['D10', 'R12'], 'stays beneath its own span when another one has opened the connection', async () => {
    const pool = new Pool6(target.origin, { connections: 1 });
    const dispatcher = new RetryAgent6(pool, { minTimeout: 1, maxRetries: 3 });
    await withSpan('opener', async () => (await request6(`${target.origin}/ok`, { dispatcher })).body.text());
    await withSpan('work', async () => (await request6(flaky(2), { dispatcher })).body.text());
    const work = await telemetry.span((span) => span.name === 'work');
    const [, ...retries] = await clientSpans(4);
    expect(retries.map((span) => span.parentSpanContext?.spanId)).toEqual(retries.map(() => work.spanContext().spanId));
    expect(retries.map(({ attributes }) => attributes['http.request.resend_count'])).toEqual([undefined, 1, 2]);
    await dispatcher.close();
  });

  verifies('D10', 'is no resend after a minute, as in a span that polls for hours', () => {
    const resends = new Resends();
    const owner = ROOT_CONTEXT.setValue(Symbol('job'), true);
    const url = `${target.origin}/poll`;
    const counted = (secondsAgo: number, redirect?: string): boolean => {
      const tick = performance.now() - secondsAgo * 1000;
      resends.add([owner], { method: 'GET', url, redirect, resends: 0, caller: owner, tick });
      return resends.take([owner], 'GET', redirect ?? url) !== undefined;
    };
    const elsewhere = `${url}/elsewhere`;
    expect([counted(61), counted(50), counted(61, elsewhere), counted(50, elsewhere)]).toEqual([false, true, false, true]);
  });

  verifies(['D10', 'X7'], 'is remembered for a few requests only', async () => {
    const pool = new Pool(target.origin);
    await withSpan('work', async () => {
      for (let id = 0; id < 40; id += 1) {
        await (await pool.request({ path: `/status?code=500&id=${id}`, method: 'GET' })).body.text();
      }
      await (await pool.request({ path: '/status?code=500&id=0', method: 'GET' })).body.text();
      await (await pool.request({ path: '/status?code=500&id=39', method: 'GET' })).body.text();
    });
    const counts = (await clientSpans(42)).map(({ attributes }) => attributes['http.request.resend_count']);
    expect(counts.slice(40)).toEqual([undefined, 1]);
    await pool.close();
  });
});
