import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runInNewContext } from 'node:vm';
import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { setupOtel, withSpan } from '@otelier/core';
import { observeRequest, settleRequestOptions } from '@otelier/core/adapter';
import { setupTestTelemetry, type ExpectedSpan, type TestTelemetry } from '@otelier/core/testing';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { Variables } from '../sdk/variables.js';

// What an application has at the top of its modules.
const orders = metrics.getMeter('shop').createCounter('shop.orders', { unit: '{order}' });
const prices = metrics.getMeter('shop').createHistogram('shop.price', { unit: 'EUR' });
metrics.getMeter('shop').createObservableGauge('shop.stock').addCallback((result) => result.observe(5, { kind: 'book' }));
orders.add(100);

const variables = new Variables();
const listenersOf = (): number[] => process.eventNames().map((name) => process.listenerCount(name));
let listeners: number[];
let telemetry: TestTelemetry;

beforeAll(() => {
  variables.set({ OTEL_SDK_DISABLED: 'true', OTEL_TRACES_SAMPLER: 'always_off', OTEL_LOG_LEVEL: 'nonsense' });
  listeners = listenersOf();
  telemetry = setupTestTelemetry();
  telemetry.reset();
});

afterEach(() => telemetry.reset());

afterAll(async () => {
  await telemetry.shutdown();
  variables.restore();
});

describe('telemetry for tests', () => {
  verifies('P1', 'keeps spans as plain data, as they ended', () => {
    expect(() =>
      withSpan('outer', { 'order.items': 3 }, () =>
        withSpan('inner', () => {
          throw new RangeError('too many');
        }),
      ),
    ).toThrow('too many');
    const [inner, outer] = telemetry.getFinishedSpans();
    expect(inner).toMatchObject({
      name: 'inner',
      kind: 'INTERNAL',
      status: 'ERROR',
      statusMessage: 'too many',
      attributes: { 'error.type': 'RangeError' },
      events: [{ name: 'exception', attributes: { 'exception.type': 'RangeError' } }],
      parentSpanId: outer?.spanId,
      traceId: outer?.traceId,
    });
    expect(outer).toMatchObject({ name: 'outer', attributes: { 'order.items': 3 }, parentSpanId: undefined, events: [] });
    expect(structuredClone(telemetry.getFinishedSpans())).toEqual(telemetry.getFinishedSpans());
  });

  it('gives traces as trees', () => {
    withSpan('first', () => {
      withSpan('a', () => {});
      withSpan('b', () => withSpan('c', () => {}));
    });
    withSpan('second', () => {});
    const names = telemetry.getTraces().map(({ name, children }) => [name, children.map((it) => [it.name, it.children.map((leaf) => leaf.name)])]);
    expect(names).toEqual([
      ['first', [['a', []], ['b', ['c']]]],
      ['second', []],
    ]);
  });

  it('begins each test with nothing', async () => {
    const left = trace.getTracer('test').startSpan('left over');
    orders.add(2);
    logs.getLogger('test').emit({ body: 'hello' });
    withSpan('work', () => {});
    telemetry.reset();
    left.end();
    expect([telemetry.getFinishedSpans(), telemetry.getLogRecords()]).toEqual([[], []]);
    expect((await telemetry.getMetrics()).map(({ name }) => name)).toEqual(['shop.stock']);
    withSpan('next', () => {});
    expect(telemetry.getFinishedSpans().map(({ name }) => name)).toEqual(['next']);
  });

  for (const round of ['first', 'second']) {
    verifies('M7', `sums up what instruments at the top of a module measure, in the ${round} test`, async () => {
      orders.add(2, { kind: 'book' });
      orders.add(3, { kind: 'book' });
      prices.record(8);
      expect(await telemetry.getMetrics()).toEqual([
        { name: 'shop.stock', unit: '', description: '', scope: 'shop', points: [{ attributes: { kind: 'book' }, value: 5 }] },
        { name: 'shop.orders', unit: '{order}', description: '', scope: 'shop', points: [{ attributes: { kind: 'book' }, value: 5 }] },
        { name: 'shop.price', unit: 'EUR', description: '', scope: 'shop', points: [{ attributes: {}, count: 1, sum: 8 }] },
      ]);
      orders.add(1, { kind: 'book' });
      const again = await telemetry.getMetrics();
      expect(again.find(({ name }) => name === 'shop.orders')?.points).toEqual([{ attributes: { kind: 'book' }, value: 6 }]);
    });
  }

  it('keeps log records with the span that they were made in', () => {
    logs.getLogger('outside').emit({ body: { total: 5 }, severityNumber: 17, severityText: 'ERROR', attributes: { a: 1 } });
    const spanId = withSpan('work', (span) => {
      logs.getLogger('test').emit({ body: 'hello' });
      return span.spanContext().spanId;
    });
    expect(telemetry.getLogRecords()).toEqual([
      { body: { total: 5 }, severityNumber: 17, severityText: 'ERROR', attributes: { a: 1 }, scope: 'outside' },
      { body: 'hello', attributes: {}, scope: 'test', spanId, traceId: telemetry.getFinishedSpans()[0]?.traceId },
    ]);
  });

  verifies('X6', 'keeps the errors of a log record processor from whoever logs', async () => {
    await telemetry.shutdown();
    const fail = (): never => {
      throw new Error('broken');
    };
    expectDiagnostics('OTELIER_INTERNAL_ERROR');
    const done = (): Promise<void> => Promise.resolve();
    telemetry = setupTestTelemetry({ logRecordProcessors: [{ onEmit: fail, forceFlush: done, shutdown: done }] });
    logs.getLogger('test').emit({ body: 'hello' });
    expect(telemetry.getLogRecords()).toHaveLength(1);
    await telemetry.shutdown();
    telemetry = setupTestTelemetry();
  });

  it('sees the requests of an adapter, and what they count', async () => {
    const server = createServer((request, response) => {
      const facts = { scheme: 'http', host: undefined, clientAddress: undefined } as const;
      const scope = { name: 'ours', version: '0' };
      const observation = observeRequest({ request, response, facts, scope }, settleRequestOptions('test', {}));
      observation.setRoute('/orders/:id');
      observation.run(() => withSpan('charge', () => response.end()));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/orders/17`);
    await telemetry.expectTrace({
      name: 'GET',
      kind: 'CLIENT',
      children: [{ name: 'GET /orders/:id', kind: 'SERVER', status: 'UNSET', children: [{ name: 'charge', children: [] }] }],
    });
    const durations = (await telemetry.getMetrics()).find(({ name }) => name === 'http.server.request.duration');
    expect(durations?.points).toMatchObject([{ attributes: { 'http.route': '/orders/:id' }, count: 1 }]);
    server.closeAllConnections();
    await once(server.close(), 'close');
  });

  it('is the set-up that the application gets, whatever its options, and that it can not end', async () => {
    const otel = setupOtel({ serviceName: 'shop', shutdownTimeoutMillis: 1 });
    await otel.shutdown();
    withSpan('still there', () => {});
    expect(telemetry.getFinishedSpans().map(({ name }) => name)).toEqual(['still there']);
    expect(otel.status()).toMatchObject({ destinations: [], problems: [] });
    expect(listenersOf()).toEqual(listeners);
  });

  it('can not be set up beside another set-up', () => {
    expect(() => setupTestTelemetry()).toThrow('OpenTelemetry is set up already');
  });

  it('refuses wrong options', async () => {
    await telemetry.shutdown();
    expect(() => setupTestTelemetry({ serviceName: '' })).toThrow('option serviceName: "" is not allowed');
    telemetry = setupTestTelemetry({ serviceName: 'again' });
    orders.add(1);
    withSpan('work', () => {});
    expect(telemetry.getFinishedSpans()).toHaveLength(1);
    expect((await telemetry.getMetrics()).map(({ name }) => name)).toEqual(['shop.stock', 'shop.orders']);
  });

  describe('that waits', () => {
    it('finds a span that has ended, and one that is to end', async () => {
      withSpan('ended', () => {});
      expect(await telemetry.waitForSpan(({ name }) => name === 'ended')).toMatchObject({ name: 'ended' });
      const later = telemetry.waitForSpan(({ name }) => name === 'later');
      setImmediate(() => withSpan('later', () => {}));
      expect(await later).toMatchObject({ name: 'later' });
    });

    it('finds a span that ended before the reset that came before the wait did', async () => {
      const ended = telemetry.waitForSpan(({ name }) => name === 'forgotten');
      const failing = telemetry.waitForSpan(() => false, { timeoutMillis: 20 });
      withSpan('forgotten', () => {});
      telemetry.reset();
      expect(await ended).toMatchObject({ name: 'forgotten' });
      await expect(failing).rejects.toThrow('Ended:\n  none');
    });

    it('looks once at all that ends together', async () => {
      let looks = 0;
      const found = telemetry.waitForSpan(({ name }) => {
        looks += 1;
        return name === 'last';
      });
      for (let index = 0; index < 1000; index += 1) {
        withSpan('one of many', () => {});
      }
      withSpan('last', () => {});
      await found;
      expect(looks).toBe(1001);
    });

    it('looks no more when it is over', async () => {
      let looks = 0;
      const found = telemetry.waitForSpan(() => (looks += 1) > 0);
      withSpan('first', () => {});
      await found;
      withSpan('second', () => {});
      telemetry.reset();
      expect(looks).toBe(1);
    });

    it('looks for a last time when its time is over', async () => {
      const found = telemetry.waitForSpan(({ name }) => name === 'late', { timeoutMillis: 0 });
      withSpan('late', () => {});
      expect(await found).toMatchObject({ name: 'late' });
    });

    it('tells what there is when it waits in vain', async () => {
      withSpan('outer', { a: 1 }, () => withSpan('inner', () => {}));
      await expect(telemetry.waitForSpan(() => false, { timeoutMillis: 1 })).rejects.toThrow(
        'no span for which the function holds has ended. Ended:\n  outer [INTERNAL, UNSET] {"a":1}\n    inner [INTERNAL, UNSET] {}',
      );
      await expect(telemetry.expectTrace({ name: /^x$/ }, { timeoutMillis: 1 })).rejects.toThrow('"name": "/^x$/"');
      telemetry.reset();
      await expect(telemetry.waitForSpan(() => false, { timeoutMillis: 1 })).rejects.toThrow('Ended:\n  none');
    });

    it('passes on what the function throws, at once or later', async () => {
      withSpan('now', () => {});
      const fail = (): never => {
        throw new Error('broken');
      };
      await expect(telemetry.waitForSpan(fail)).rejects.toThrow('broken');
      const later = telemetry.waitForSpan(({ name }) => name === 'later' && fail());
      withSpan('later', () => {});
      await expect(later).rejects.toThrow('broken');
    });

    it('refuses a time that is none', async () => {
      await expect(telemetry.waitForSpan(() => true, { timeoutMillis: -1 })).rejects.toThrow('option timeoutMillis');
    });

    it('does so beneath fake timers', async () => {
      jest.useFakeTimers();
      await expect(telemetry.waitForSpan(() => false, { timeoutMillis: 1 })).rejects.toThrow('no span');
      jest.useRealTimers();
    });
  });

  describe('that compares a trace', () => {
    beforeEach(() => {
      withSpan('order', { 'order.id': 'o-17', tags: ['a', 'b'] }, (span) => {
        span.addEvent('paid');
        withSpan('charge', { amount: 5 }, () => {});
        withSpan('charge', { amount: 7 }, () => {});
      });
    });

    it.each([
      ['by nothing at all', {}],
      ['by its name', { name: 'order' }],
      ['by a pattern with a memory', { name: /^or/g, attributes: { 'order.id': /^o-\d+$/g } }],
      ['by some of its attributes', { attributes: { tags: ['a', 'b'], missing: undefined } }],
      ['by its events', { name: 'order', events: ['paid'] }],
      ['by its children in any order', { name: 'order', children: [{ attributes: { amount: 7 } }, { attributes: { amount: 5 } }] }],
      ['by children of which one would do for both', { children: [{ name: 'charge' }, { attributes: { amount: 5 } }] }],
      ['that is a part of another', { attributes: { amount: 7 }, children: [] }],
    ])('%s', async (_by, expected) => {
      await expect(telemetry.expectTrace(expected, { timeoutMillis: 1 })).resolves.toBeDefined();
      await expect(telemetry.expectTrace(expected, { timeoutMillis: 1 })).resolves.toBeDefined();
    });

    it.each([
      ['another name', { name: 'ord' }],
      ['another kind', { kind: 'SERVER' }],
      ['another status', { status: 'ERROR' }],
      ['another attribute', { attributes: { amount: 6 } }],
      ['an attribute that has to be absent', { name: 'order', attributes: { 'order.id': undefined } }],
      ['a child in place of another', { children: [{ attributes: { amount: 5 } }, { attributes: { amount: 6 } }] }],
      ['a missing child', { name: 'order', children: [{ name: 'charge' }] }],
      ['one child too many', { name: 'order', children: [{}, {}, {}] }],
      ['one child for two', { name: 'order', children: [{ attributes: { amount: 5 } }, { attributes: { amount: 5 } }] }],
      ['no events', { name: 'order', events: [] }],
      ['a pattern for what is no text', { attributes: { amount: /5/ } }],
    ] as const)('and refuses %s', async (_by, expected) => {
      await expect(telemetry.expectTrace(expected, { timeoutMillis: 1 })).rejects.toThrow('no trace is as expected');
    });

    it.each([
      [{ nmae: 'order' }, 'expectTrace.nmae: there is no such option. Allowed: name, kind, status, attributes, events, children.'],
      [{ children: [{}, { attribute: {} }] }, 'expectTrace.children[1].attribute: there is no such option. Allowed: name, '],
      [{ children: [{ children: [{ kind: 'server' }] }] }, 'expectTrace.children[0].children[0].kind: "server" is not allowed. Allowed: INTERNAL, SERVER, '],
      [{ status: 'error' }, 'expectTrace.status: "error" is not allowed. Allowed: UNSET, OK, ERROR.'],
      [{ name: 7 }, 'expectTrace.name: 7 is not allowed. Allowed: a text or a pattern.'],
      [{ attributes: ['a'] }, 'expectTrace.attributes: an array is not allowed. Allowed: an object of attributes.'],
      [{ events: 'paid' }, 'expectTrace.events: "paid" is not allowed. Allowed: an array of texts'],
      [{ children: {} }, 'expectTrace.children: an object is not allowed. Allowed: an array of expected spans.'],
      [{ children: [undefined] }, 'expectTrace.children[0]: undefined is not allowed. Allowed: an object.'],
      [undefined, 'expectTrace: undefined is not allowed. Allowed: an object.'],
    ])('and refuses an expectation that is none: %j', async (expected, told) => {
      const refused: unknown = await telemetry.expectTrace(expected as ExpectedSpan).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(TypeError);
      expect((refused as Error).message).toContain(told);
    });

    it('with hundreds of children that are all alike', async () => {
      withSpan('many', () => Array.from({ length: 800 }, () => withSpan('same', () => {})));
      const children = Array<ExpectedSpan>(800).fill({});
      await expect(telemetry.expectTrace({ name: 'many', children }, { timeoutMillis: 1 })).resolves.toBeDefined();
    });

    it('by children that have to be taken from one another more than once', async () => {
      withSpan('four', () => ['a', 'b', 'c', 'd'].forEach((name) => withSpan(name, () => {})));
      const children = [/[ab]/, /[bc]/, /[cd]/, /a/].map((name) => ({ name }));
      await expect(telemetry.expectTrace({ name: 'four', children }, { timeoutMillis: 1 })).resolves.toBeDefined();
      const wrong = [/[ab]/, /[ab]/, /[ab]/, /[cd]/].map((name) => ({ name }));
      await expect(telemetry.expectTrace({ name: 'four', children: wrong }, { timeoutMillis: 1 })).rejects.toThrow('no trace');
    });

    it('with a pattern of another realm', async () => {
      const name = runInNewContext('/^ord/') as RegExp;
      await expect(telemetry.expectTrace({ name }, { timeoutMillis: 1 })).resolves.toMatchObject({ name: 'order' });
    });

    it('with many children that could each be taken for another', async () => {
      let compared = 0;
      const counting = Object.assign(/^same$/, { [Symbol.search]: (text: string) => ((compared += 1), text === 'same' ? 0 : -1) });
      withSpan('many', () => Array.from({ length: 60 }, () => withSpan('same', () => {})));
      const children = [...Array<ExpectedSpan>(59).fill({ name: counting }), { name: 'other' }];
      await expect(telemetry.expectTrace({ name: 'many', children }, { timeoutMillis: 1 })).rejects.toThrow('no trace is as expected');
      expect(compared).toBeLessThanOrEqual(2 * 60 * 60);
      await expect(telemetry.expectTrace({ name: 'many', children: children.slice(0, 59).concat({}) }, { timeoutMillis: 1 })).resolves.toBeDefined();
    });
  });
});
