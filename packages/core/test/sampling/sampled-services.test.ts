import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { expectDiagnostics, startOtlpSink, verifies, type OtlpSink, type ReceivedMetric } from '@otelier/testkit';
import { collector, setupOtel, withSpan, type Otel, type OtelOptions } from '../../src/index.js';
import type { RequestOptions } from '../../src/options/request-options.js';
import { serveRequests, type ObservedExchange } from '../http/served-request.js';
import { Variables } from '../sdk/variables.js';
import { LUCKY, traceIdOf, UNLUCKY } from './sampled-process.js';

const variables = new Variables();
let sink: OtlpSink;
let otel: Otel;

beforeEach(async () => {
  sink = await startOtlpSink();
});

afterEach(async () => {
  await otel.shutdown();
  variables.restore();
  await sink.close();
});

function setUp(options: OtelOptions): void {
  otel = setupOtel({ destinations: [collector(sink.url)], handleSignals: false, outgoing: false, ...options });
}

/** The headers of a caller that samples, or does not. */
function caller(sampled: 0 | 1, randomness: string, traceState?: string): Record<string, string> {
  const traceparent = `00-${traceIdOf(randomness)}-b7ad6b7169203331-0${sampled}`;
  return traceState === undefined ? { traceparent } : { traceparent, tracestate: traceState };
}

interface Exchanges {
  readonly headers?: readonly Readonly<Record<string, string | undefined>>[];
  readonly handle?: (exchange: ObservedExchange) => unknown;
  readonly options?: RequestOptions;
}

/** Asks an observed server once with each of the headers, and flushes; returns the span names that have arrived. */
async function ask({ headers = [{}], handle = answer, options = {} }: Exchanges): Promise<string[]> {
  const server = await serveRequests(handle, options);
  try {
    for (const each of headers) {
      await server.ask(each as Record<string, string>);
    }
  } finally {
    await server.close();
  }
  await otel.flush();
  return sink.spans().map(({ name }) => name).toSorted();
}

function answer({ response }: ObservedExchange): void {
  withSpan('query', () => {});
  response.end('answered');
}

/** Fails when its caller says so. */
function answerOrFail({ request, response }: ObservedExchange): void {
  withSpan('query', () => {});
  response.statusCode = request.headers['x-fail'] === undefined ? 200 : 500;
  response.end('answered');
}

function measured(metrics: readonly ReceivedMetric[], name: string): number {
  const last = metrics.filter((metric) => metric.name === name).at(-1);
  return last?.dataPoints.reduce((sum, point) => sum + (point.count ?? 0), 0) ?? 0;
}

describe('OTEL_TRACES_SAMPLER', () => {
  const all = ['here', 'sampled', 'unsampled'] as const;
  const own = { here: {}, sampled: caller(1, UNLUCKY), unsampled: caller(0, LUCKY) } as const;

  it.each<[name: string, share: string, kept: readonly (typeof all)[number][]]>([
    ['always_on', '', ['here', 'sampled', 'unsampled']],
    ['always_off', '', []],
    ['traceidratio', '1', ['here', 'sampled', 'unsampled']],
    ['traceidratio', '0', []],
    ['traceidratio', '0.5', ['unsampled']],
    ['parentbased_always_on', '', ['here', 'sampled']],
    ['parentbased_always_off', '', ['sampled']],
    ['parentbased_traceidratio', '1', ['here', 'sampled']],
    ['parentbased_traceidratio', '0', ['sampled']],
  ])('%s %s exports of requests with and without a caller those of %j [S1]', async (name, share, kept) => {
    variables.set({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share });
    setUp({});
    // One that begins here is among a share of a half by chance.
    const asked = share === '0.5' ? all.filter((origin) => origin !== 'here') : all;
    const handle = ({ request, response }: ObservedExchange): void => {
      withSpan(String(request.headers['x-origin']), () => {});
      response.end();
    };
    const names = await ask({ headers: asked.map((origin) => ({ ...own[origin], 'x-origin': origin })), handle });
    expect(names.filter((span) => !span.startsWith('GET'))).toEqual(kept.toSorted());
    expect(names).toHaveLength(2 * kept.length);
  });

  verifies(['S1', 'S4'], 'with a share marks what it exports with the threshold, and counts the rest', async () => {
    variables.set({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' });
    setUp({});
    await ask({ headers: [caller(0, LUCKY), caller(0, UNLUCKY)] });
    expect(sink.spans().map(({ name, traceState }) => [name, traceState])).toEqual([['query', 'ot=th:c'], ['GET /', 'ot=th:c']]);
    expect(otel.status().sampling).toMatchObject({ made: 2, kept: { ratio: 1 }, dropped: { ratio: 1 } });
  });

  it('that keeps all or none leaves the trace state alone and counts nothing', async () => {
    setUp({});
    await ask({});
    expect(sink.spans().map(({ traceState }) => traceState)).toEqual([undefined, undefined]);
    expect('sampling' in otel.status()).toBe(false);
  });
});

describe('a service that keeps errors', () => {
  verifies(['S2', 'S4'], 'exports the whole trace of a failed request, sampled, and nothing of the others', async () => {
    setUp({ sampling: { ratio: 0, keepErrors: true } });
    expect(await ask({ headers: [{}, { 'x-fail': '1' }, {}], handle: answerOrFail })).toEqual(['GET /', 'query']);
    const [query, server] = sink.spans();
    expect(server).toMatchObject({ name: 'GET /', status: { code: 'ERROR' }, traceState: 'ot=th:0' });
    expect(query).toMatchObject({ parentSpanId: server?.spanId, traceId: server?.traceId, traceState: 'ot=th:0' });
    expect([query, server].map((span) => (span?.flags ?? 0) & 1)).toEqual([1, 1]);
    expect(otel.status()).toMatchObject({
      spans: { started: 6, ended: 6, exported: 2, dropped: 0 },
      sampling: { made: 3, kept: { error: 1 }, dropped: { ratio: 2 }, spans: { released: 2, dropped: 4, waiting: 0 } },
    });
  });

  verifies('S2', 'goes on to the end of a stream, whose late error is one', async () => {
    setUp({ sampling: { ratio: 0, keepErrors: true } });
    let resume: () => void = () => {};
    const resumed = new Promise<void>((resolve) => (resume = resolve));
    const names = ask({
      handle: async ({ response }) => {
        response.write('begun');
        withSpan('query', () => {});
        await otel.flush();
        expect(sink.spans()).toEqual([]);
        expect(() =>
          withSpan('late', () => {
            throw new RangeError('too late');
          }),
        ).toThrow('too late');
        response.end('ended', resume);
      },
    });
    await resumed;
    expect(await names).toEqual(['GET /', 'late', 'query']);
  });

  verifies('S2', 'leaves ignored requests out, also those whose route is ignored later', async () => {
    setUp({ sampling: { ratio: 1, keepErrors: true } });
    const early = await ask({ headers: [{ 'x-fail': '1' }], handle: answerOrFail, options: { ignore: { requests: ['/'] } } });
    const late = await ask({
      handle: ({ response, observation }) => {
        withSpan('query', () => {});
        observation.ignore();
        response.statusCode = 500;
        response.end();
      },
    });
    expect([early, late]).toEqual([[], []]);
    expect(otel.status().sampling).toMatchObject({ made: 1, dropped: { ignored: 1 } });
  });

  verifies('S2', 'leaves out what an error has kept already when its route is ignored after all', async () => {
    setUp({ sampling: { ratio: 0, keepErrors: true } });
    const handle = ({ response, observation }: ObservedExchange): void => {
      expect(() =>
        withSpan('failing', () => {
          throw new RangeError('no');
        }),
      ).toThrow('no');
      observation.ignore();
      response.end();
    };
    expect(await ask({ handle })).toEqual([]);
    expect(otel.status().sampling).toMatchObject({ made: 1, kept: { error: 0 }, dropped: { ignored: 1 } });
  });

  verifies('S2', 'knows its traces beside span processors that make spans themselves', async () => {
    const processor: SpanProcessor = {
      onStart: (span) => void (span.name === 'outer' && trace.getTracer('test').startSpan('inner', { root: true }).end()),
      onEnd: () => {},
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const rules = [{ attributes: { outer: true }, keep: true }] as const;
    setUp({ sampling: { ratio: 0, keepErrors: true, rules }, spanProcessors: [processor] });
    withSpan('outer', { outer: true }, () => {});
    await otel.flush();
    expect(sink.spans().map(({ name }) => name)).toEqual(['outer']);
    expect(otel.status().sampling).toMatchObject({ made: 2, kept: { rule: 1 }, dropped: { ratio: 1 } });
  });

  verifies('S2', 'keeps the traces of concurrent requests apart', async () => {
    setUp({ sampling: { ratio: 0, keepErrors: true } });
    const waiting: (() => void)[] = [];
    const server = await serveRequests(async ({ request, response }) => {
      const fails = request.headers['x-fail'] !== undefined;
      withSpan(fails ? 'of a failed one' : 'of a fine one', () => {});
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 20) {
          waiting.forEach((go) => go());
        }
      });
      response.statusCode = fails ? 500 : 200;
      response.end();
    });
    await Promise.all(Array.from({ length: 20 }, (_, number) => server.ask(number % 2 === 0 ? { 'x-fail': '1' } : {})));
    await server.close();
    await otel.flush();
    const names = sink.spans().map(({ name }) => name);
    expect(names.toSorted()).toEqual([...Array(10).fill('GET /'), ...Array(10).fill('of a failed one')]);
    expect(new Set(sink.spans().map(({ traceId }) => traceId)).size).toBe(10);
  });

  verifies('S2', 'sends to every destination what it keeps', async () => {
    const other = await startOtlpSink();
    setUp({ sampling: { ratio: 0, keepErrors: true }, destinations: [collector(sink.url), collector(other.url)] });
    await ask({ headers: [{}, { 'x-fail': '1' }], handle: answerOrFail });
    expect(other.spans()).toEqual(sink.spans());
    expect(other.spans()).toHaveLength(2);
    await otel.shutdown();
    await other.close();
  });

  verifies('S2', 'sends at the shutdown what it has decided on, and what is certain by then', async () => {
    setUp({ sampling: { ratio: 0, keepErrors: true } });
    const tracer = trace.getTracer('test');
    for (const code of [0, 2]) {
      const root = tracer.startSpan(`open ${code}`);
      const child = tracer.startSpan(`child ${code}`, {}, trace.setSpan(context.active(), root));
      child.setStatus({ code }).end();
    }
    await otel.shutdown();
    expect(sink.spans().map(({ name }) => name)).toEqual(['child 2']);
    expect(otel.status().sampling).toMatchObject({ made: 2, kept: { error: 1 }, dropped: { ratio: 1 } });
  });
});

describe('a trace state that fails', () => {
  verifies('X6', 'lets its span be recorded', async () => {
    expectDiagnostics('OTELIER_INTERNAL_ERROR');
    setUp({ sampling: { ratio: 0, keepErrors: true } });
    const fails = (): never => {
      throw new Error('no state');
    };
    const traceState = { get: fails, set: fails, unset: fails, serialize: () => '' };
    const parent = { traceId: traceIdOf(LUCKY), spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true, traceState };
    context.with(trace.setSpanContext(ROOT_CONTEXT, parent), () => withSpan('work', () => {}));
    await otel.flush();
    expect(sink.spans().map(({ name }) => name)).toEqual(['work']);
  });
});

describe('a service with rules', () => {
  verifies('S3', 'decides by the path when a request comes, and by the route and the status when it has ended', async () => {
    setUp({
      sampling: {
        ratio: 0,
        rules: [
          { attributes: { 'http.response.status_code': 201 }, keep: true },
          { route: '/', method: 'GET', host: '127.0.0.1', attributes: { 'user_agent.original': /^kept/ }, keep: true },
        ],
      },
    });
    const handle = ({ request, response }: ObservedExchange): void => {
      response.statusCode = Number(request.headers['x-status'] ?? 200);
      response.end();
    };
    const headers = [{}, { 'x-status': '201' }, { 'user-agent': 'kept 1' }, { 'user-agent': 'not kept' }];
    expect(await ask({ headers, handle })).toEqual(['GET /', 'GET /']);
    expect(otel.status().sampling).toMatchObject({ made: 4, kept: { rule: 2 }, dropped: { ratio: 2 } });
  });

  verifies('S3', 'records nothing of a request whose path is dropped', async () => {
    setUp({ sampling: { keepErrors: true, rules: [{ path: '/', drop: true }] } });
    await ask({ headers: [{ 'x-fail': '1' }], handle: answerOrFail });
    expect(otel.status()).toMatchObject({ spans: { started: 0 }, sampling: { made: 1, dropped: { rule: 1 } } });
  });
});

describe('a service with a rule for a route', () => {
  function outgoingHeaders(): unknown {
    const headers: Record<string, string> = {};
    propagation.inject(context.active(), headers);
    return [headers['traceparent']?.slice(-1), headers['tracestate']];
  }

  it.each([
    ['keeps', { ratio: 0, rules: [{ route: '/', keep: true }] }, ['3', 'ot=th:0'], 2],
    ['drops', { ratio: 1, rules: [{ route: '/', drop: true }] }, ['2', undefined], 0],
    ['concerns others', { ratio: 1, rules: [{ route: '/other', drop: true }] }, ['3', 'ot=th:0'], 2],
  ] as const)('that %s tells services behind it so as soon as the route is known [S3, S5]', async (_what, sampling, told, exported) => {
    setUp({ sampling });
    const sent: unknown[] = [];
    const handle = ({ response }: ObservedExchange): void => {
      withSpan('call', () => sent.push(outgoingHeaders()));
      response.end();
    };
    expect(await ask({ handle })).toHaveLength(exported);
    expect(sent).toEqual([told]);
  });

  verifies(['S3', 'S5'], 'knows a job from its beginning', async () => {
    setUp({ sampling: { rules: [{ route: '/', drop: true }] } });
    expect(withSpan('job', () => outgoingHeaders())).toEqual(['3', 'ot=th:0']);
    expect(otel.status().sampling).toMatchObject({ made: 1, kept: { ratio: 1 } });
    await otel.flush();
    expect(sink.spans().map(({ name }) => name)).toEqual(['job']);
  });

  verifies('S3', 'knows a method that the conventions do not', async () => {
    setUp({ sampling: { ratio: 0, rules: [{ method: 'purge', keep: true }] } });
    let port: number | undefined;
    const server = await serveRequests((exchange) => {
      port = exchange.request.socket.localPort;
      answer(exchange);
    });
    await server.ask();
    await fetch(`http://127.0.0.1:${port}/`, { method: 'PURGE', headers: { connection: 'close' } });
    await server.close();
    await otel.flush();
    expect(sink.spans().map(({ name }) => name)).toEqual(['query', 'HTTP /']);
  });
});

describe('metrics beside sampling', () => {
  it.each<[name: string, options: OtelOptions]>([
    ['1 % of all', { sampling: { ratio: 0.01 } }],
    ['1 % of all and errors', { sampling: { ratio: 0.01, keepErrors: true } }],
    ['none', { sampling: { rules: [{ drop: true }] } }],
    ['one a second', { sampling: { perSecond: 1 } }],
  ])('count every request where %s is kept [S4]', async (_name, options) => {
    setUp(options);
    const headers = Array.from({ length: 60 }, (_, number) => (number % 6 === 0 ? { 'x-fail': '1' } : {}));
    await ask({ headers, handle: answerOrFail });
    expect(measured(sink.metrics(), 'http.server.request.duration')).toBe(60);
    expect(sink.spans().filter(({ kind }) => kind === 'SERVER').length).toBeLessThan(30);
  });
});

describe('a service behind this one', () => {
  async function outgoing(randomness: string, sampling: OtelOptions['sampling'], traceState?: string): Promise<Record<string, string>> {
    variables.set({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1' });
    setUp(sampling === undefined ? {} : { sampling });
    const headers: Record<string, string> = {};
    await ask({
      headers: [caller(0, randomness, traceState)],
      handle: ({ response }) => {
        withSpan('call', () => propagation.inject(context.active(), headers));
        response.end();
      },
    });
    return headers;
  }

  verifies('S5', 'gets the decision of the share, with its threshold and what else the caller said', async () => {
    const headers = await outgoing(LUCKY, { ratio: 0.1, keepErrors: true }, 'vendor=1,ot=rv:ffffffffffffff');
    expect(headers['traceparent']).toMatch(/-01$/);
    expect(headers['tracestate']).toBe('ot=th:e666;rv:ffffffffffffff,vendor=1');
  });

  verifies('S5', 'is told not to sample what is only kept for now', async () => {
    const headers = await outgoing(UNLUCKY, { ratio: 0.1, keepErrors: true }, 'vendor=1,ot=th:0');
    expect(headers['traceparent']).toMatch(/-00$/);
    expect(headers['tracestate']).toBe('vendor=1');
  });
});
