import { ROOT_CONTEXT, SpanKind, trace, TraceFlags, type Span } from '@opentelemetry/api';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { clearProblems } from '../../src/diagnostics/report.js';
import type { SamplingOptions, SamplingRule } from '../../src/options/sampling-options.js';
import { LUCKY, remoteParent, SampledProcess, traceIdOf, UNLUCKY } from './sampled-process.js';

const BEGIN = { 'http.request.method': 'GET', 'url.path': '/a', 'server.address': 'shop.example' } as const;
const OTHERS = [SpanKind.INTERNAL, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER];

beforeEach(() => clearProblems());

function processOf(options: SamplingOptions, randomness = UNLUCKY): SampledProcess {
  return new SampledProcess(options, { traceIds: Array.from({ length: 20 }, () => traceIdOf(randomness)) });
}

function told(span: Span): unknown[] {
  const { traceFlags, traceState } = span.spanContext();
  return [traceFlags, traceState?.get('ot')];
}

describe('a trace that is no request', () => {
  it.each<[rule: SamplingRule]>([
    [{ path: '/out', drop: true }],
    [{ method: 'POST', drop: true }],
    [{ host: 'other.example', drop: true }],
    [{ route: '/out', drop: true }],
    [{ method: 'GET', route: '/out', ratio: 0.1 }],
  ])('is decided on when it begins, beside the rule %j [S3, S5]', (rule) => {
    for (const kind of OTHERS) {
      const process = processOf({ rules: [rule] });
      const root = process.start('job', { kind });
      expect([told(root), process.status.kept.ratio]).toEqual([[TraceFlags.SAMPLED, 'th:0'], 1]);
      for (let number = 0; number < 1500; number += 1) {
        process.start('query', { parent: root }).end();
      }
      root.end();
      expect(process.exported).toHaveLength(1501);
      expect(process.status.spans.letGo).toBe(0);
    }
  });

  verifies('S3', 'does not wait for what only HTTP has, but for other attributes', () => {
    for (const kind of [SpanKind.INTERNAL, SpanKind.PRODUCER, SpanKind.CONSUMER]) {
      for (const name of ['http.response.status_code', 'url.path']) {
        const process = processOf({ rules: [{ attributes: { [name]: 'late' }, drop: true }] });
        process.start('job', { kind }).setAttribute(name, 'late').end();
        expect(process.status).toMatchObject({ kept: { ratio: 1 }, dropped: { rule: 0 } });
      }
    }
    const process = processOf({ rules: [{ attributes: { tenant: 'test' }, drop: true }] });
    process.start('job', { kind: SpanKind.INTERNAL }).setAttribute('tenant', 'test').end();
    expect(process.status).toMatchObject({ kept: { ratio: 0 }, dropped: { rule: 1 } });
  });

  verifies('S3', 'that asks somebody matches by its attributes alone, also those of its end', () => {
    const outgoing = { 'http.request.method': 'GET', 'server.address': 'api.example' } as const;
    const rules: SamplingRule[] = [
      { host: 'api.example', drop: true },
      { attributes: { 'server.address': 'api.example', 'http.response.status_code': 404 }, drop: true },
    ];
    const process = processOf({ rules });
    for (const status of [200, 404]) {
      const root = process.start(String(status), { kind: SpanKind.CLIENT, attributes: outgoing });
      root.setAttribute('http.response.status_code', status).end();
    }
    expect(process.names).toEqual(['200']);
  });
});

describe('a rule for what is known late', () => {
  it.each<[name: string, options: SamplingOptions, randomness: string, expected: unknown[]]>([
    ['drops some of all', { rules: [{ route: '/out', drop: true }] }, UNLUCKY, [1, 'th:0']],
    ['has a lower share', { rules: [{ route: '/often', ratio: 0.1 }] }, UNLUCKY, [1, 'th:0']],
    ['drops some of a share that has it', { ratio: 0.5, rules: [{ route: '/out', drop: true }] }, LUCKY, [1, 'th:8']],
    ['drops some of a share that has it not', { ratio: 0.5, rules: [{ route: '/out', drop: true }] }, UNLUCKY, [0, undefined]],
    ['keeps some of a share that has it not', { ratio: 0.5, rules: [{ route: '/in', keep: true }] }, UNLUCKY, [0, undefined]],
    ['comes before one that is known', { ratio: 0, rules: [{ route: '/out', drop: true }, { path: '/a', ratio: 0.5 }] }, LUCKY, [1, 'th:8']],
  ])('that %s leaves what is told at the beginning to the next one: %j, %s [S5]', (_name, options, randomness, expected) => {
    const process = processOf(options, randomness);
    const root = process.start('request', { attributes: BEGIN });
    expect(told(root)).toEqual(expected);
    expect(told(process.start('query', { parent: root }))).toEqual(expected);
  });

  verifies(['S3', 'S4'], 'decides at the end, whatever was told', () => {
    const rules: SamplingRule[] = [{ route: '/out', drop: true }, { route: '/few', ratio: 0.25 }, { route: '/in', keep: true }];
    const process = processOf({ ratio: 0.5, rules }, 'a0000000000000');
    for (const route of ['/out', '/few', '/in', '/other']) {
      const root = process.start(route, { attributes: BEGIN });
      expect(told(root)).toEqual([1, 'th:8']);
      root.setAttribute('http.route', route).end();
    }
    expect(process.exported.map((span) => [span.name, span.spanContext().traceState?.get('ot')])).toEqual([
      ['/in', 'th:0'],
      ['/other', 'th:8'],
    ]);
    expect(process.status).toMatchObject({ kept: { rule: 1, ratio: 1 }, dropped: { rule: 2 } });
  });

  verifies('S3', 'counts before all that follow it, known or not', () => {
    const rules: SamplingRule[] = [{ route: '/out', drop: true }, { path: '/a', keep: true }, { route: '/in', drop: true }];
    const process = processOf({ ratio: 0, rules });
    for (const route of ['/out', '/in']) {
      process.start(route, { attributes: BEGIN }).setAttribute('http.route', route).end();
    }
    expect(process.names).toEqual(['/in']);
  });

  verifies('S2', 'has a flush and the limits leave what it may drop, though services behind are told to sample it', async () => {
    expectDiagnostics('OTELIER_TRACES_LET_GO');
    const process = processOf({ rules: [{ route: '/out', drop: true }], limits: { maxSpansPerTrace: 2 } });
    const root = process.start('request', { attributes: BEGIN });
    Array.from({ length: 3 }, () => process.start('query', { parent: root }).end());
    await process.keeper.forceFlush();
    expect(process.status).toMatchObject({ releasedEarly: 0, spans: { released: 0, waiting: 2, letGo: 1 } });
    root.setAttribute('http.route', '/out').end();
    expect(process.exported).toEqual([]);
  });

  verifies('S5', 'counts for what is told as soon as the framework tells the route', () => {
    const rules: SamplingRule[] = [{ route: '/out', drop: true }, { route: '/in', keep: true }];
    for (const [route, expected] of [
      ['/out', [0, undefined]],
      ['/in', [1, 'th:0']],
      ['/other', [1, 'th:8']],
    ] as const) {
      const process = processOf({ ratio: 0.5, rules }, LUCKY);
      const root = process.start('request', { attributes: BEGIN });
      process.known = { 'http.route': route };
      const child = process.start('query', { parent: root });
      expect([told(root), told(child)]).toEqual([[1, 'th:8'], expected]);
      expect(child.isRecording()).toBe(true);
      // The route of the end decides.
      child.end();
      root.setAttribute('http.route', '/in').end();
      expect(process.names).toEqual(['query', 'request']);
    }
  });

  verifies('S5', 'does not hide an error or a slow trace that no rule has dropped yet', () => {
    const options = { ratio: 0, keepErrors: true, keepSlowerThanMillis: 500, rules: [{ route: '/out', drop: true }] } as const;
    const failing = processOf(options);
    const slow = processOf(options);
    for (const process of [failing, slow]) {
      const root = process.start('request', { attributes: BEGIN });
      const early = process.start('early', { parent: root });
      expect(told(early)).toEqual([0, undefined]);
      if (process === failing) {
        process.fail(early);
      } else {
        process.millis += 500;
      }
      expect(told(process.start('later', { parent: root }))).toEqual([1, 'th:0']);
      process.known = { 'http.route': '/out' };
      expect(told(process.start('dropped', { parent: root }))).toEqual([0, undefined]);
    }
  });

  verifies('S3', 'is not one for a trace whose attributes are known when it begins, though they change', () => {
    const process = processOf({ keepErrors: true, rules: [{ path: '/out', drop: true }] });
    const root = process.start('request', { attributes: BEGIN });
    root.setAttribute('url.path', '/out').end();
    expect(process.names).toEqual(['request']);
  });

  verifies('S3', 'leaves nothing open once its attribute has come', () => {
    const process = processOf({ ratio: 0, keepErrors: true, rules: [{ route: '/out', drop: true }] });
    const root = process.start('request', { attributes: BEGIN }).setAttribute('http.route', '/in');
    process.fail(process.start('failing', { parent: root }));
    expect(process.names).toEqual(['failing']);
  });

  verifies('S5', 'changes nothing for a caller that samples', () => {
    const process = processOf({ ratio: 0, keepErrors: true, rules: [{ route: '/out', drop: true }] });
    const root = process.start('request', { parent: remoteParent(TraceFlags.SAMPLED, LUCKY, 'ot=th:8'), attributes: BEGIN });
    process.known = { 'http.route': '/out' };
    expect([root, process.start('query', { parent: root })].map(told)).toEqual([
      [1, 'th:8'],
      [1, 'th:8'],
    ]);
  });

  verifies(['S3', 'S5'], 'takes room of the limit for what is told, and gives it back for what it drops', () => {
    const process = processOf({ perSecond: 1, rules: [{ route: '/out', drop: true }] }, LUCKY);
    const request = (route: string): unknown[] => {
      const root = process.start(route, { attributes: BEGIN });
      const first = told(root);
      root.setAttribute('http.route', route).end();
      return first;
    };
    expect(['/out', '/out', '/in', '/late'].map(request)).toEqual([[1, undefined], [1, undefined], [1, undefined], [0, undefined]]);
    expect(process.names).toEqual(['/in']);
    expect(process.status).toMatchObject({ kept: { ratio: 1 }, dropped: { rule: 2, limit: 1 } });
  });

  verifies('S5', 'is not said to sample beneath the limit what has found no room', () => {
    const process = processOf({ perSecond: 1, rules: [{ route: '/in', keep: true }] }, LUCKY);
    process.start('first', { attributes: BEGIN }).end();
    const root = process.start('second', { attributes: BEGIN });
    process.known = { 'http.route': '/in' };
    expect(told(process.start('query', { parent: root }))).toEqual([0, undefined]);
  });
});

describe('a copy of a span context', () => {
  const options = { ratio: 0, keepErrors: true } as const;

  verifies('S2', 'leads to its trace, decided on or not, until the first span has ended', () => {
    const process = processOf(options);
    const root = process.start('root');
    const copies = [
      trace.setSpanContext(ROOT_CONTEXT, { ...root.spanContext() }),
      trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext({ ...root.spanContext() })),
      trace.setSpanContext(ROOT_CONTEXT, Object.freeze({ ...root.spanContext(), isRemote: false })),
    ];
    copies.forEach((parent, index) => process.start(`before ${index}`, { parent }).end());
    process.fail(process.start('failing', { parent: copies[0] ?? ROOT_CONTEXT }));
    const after = process.start('after', { parent: copies[1] ?? ROOT_CONTEXT });
    root.end();
    after.end();
    process.start('late', { parent: copies[2] ?? ROOT_CONTEXT }).end();
    expect(process.names).toEqual(['after', 'before 0', 'before 1', 'before 2', 'failing', 'root']);
    expect(process.status.made).toBe(1);
  });

  verifies('S2', 'leads to its own trace where several share an id', () => {
    const process = processOf(options);
    const parent = remoteParent(TraceFlags.NONE, UNLUCKY);
    const [first, second] = [process.start('first', { parent }), process.start('second', { parent })];
    for (const root of [first, second]) {
      const copy = trace.setSpanContext(ROOT_CONTEXT, { ...root.spanContext() });
      process.start(`of one`, { parent: copy }).setStatus({ code: root === second ? 2 : 0 }).end();
    }
    [first, second].forEach((root) => root.end());
    expect(process.names).toEqual(['of one', 'second']);
  });

  verifies('S2', 'is nobody of this process where it is marked as remote, or is of another trace', () => {
    const process = processOf(options);
    const root = process.start('root');
    const copy = { ...root.spanContext() };
    process.start('remote', { parent: trace.setSpanContext(ROOT_CONTEXT, { ...copy, isRemote: true }) });
    const other = { ...copy, traceId: traceIdOf(LUCKY) };
    expect(process.start('other', { parent: trace.setSpanContext(ROOT_CONTEXT, other) }).isRecording()).toBe(false);
    expect(process.status.made).toBe(2);
  });

  verifies('S2', 'is known of the latest open traces, as many as may wait', () => {
    const process = processOf({ ...options, limits: { maxTraces: 4 } });
    const root = process.start('root');
    const copy = trace.setSpanContext(ROOT_CONTEXT, { ...root.spanContext() });
    const begin = (): Span => process.start('query', { parent: copy });
    for (let number = 0; number < 20; number += 1) {
      process.start('ended', { parent: remoteParent(TraceFlags.NONE, `${number}`.padStart(14, '0')) }).end();
    }
    const others = ['1', '2'].map((end) => remoteParent(TraceFlags.NONE, end.padStart(14, '0')));
    others.forEach((parent) => process.start('open', { parent }));
    expect(begin().isRecording()).toBe(true);
    ['3', '4'].forEach((end) => process.start('open', { parent: remoteParent(TraceFlags.NONE, end.padStart(14, '0')) }));
    expect(begin().isRecording()).toBe(false);
    expect(process.start('direct', { parent: root }).isRecording()).toBe(true);
  });

  verifies('S2', 'leads to its trace whatever number of spans that has', () => {
    const process = processOf(options);
    const root = process.start('root');
    const spans = Array.from({ length: 200 }, () => process.start('query', { parent: root }));
    for (const span of [root, ...spans]) {
      const parent = trace.setSpanContext(ROOT_CONTEXT, { ...span.spanContext() });
      expect(process.start('beneath', { parent }).isRecording()).toBe(true);
    }
  });

  verifies('S4', 'leads to what the limit of a second has every span tell', () => {
    const process = processOf({ perSecond: 1 }, LUCKY);
    const parent = trace.setSpanContext(ROOT_CONTEXT, { ...process.start('root').spanContext() });
    process.start('query', { parent }).end();
    expect(process.exported.map(({ attributes }) => attributes)).toEqual([{ 'sampler.adjusted_count': 1 }]);
  });
});
