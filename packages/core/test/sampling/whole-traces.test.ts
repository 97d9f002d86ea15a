import { INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { clearProblems } from '../../src/diagnostics/report.js';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { SeededRandom } from '../sql/seeded-random.js';
import { LUCKY, remoteParent, SampledProcess, traceIdOf, UNLUCKY } from './sampled-process.js';

const KEEP_ERRORS = { ratio: 0.1, keepErrors: true } as const;

beforeEach(() => clearProblems());

/** A process whose own traces are all among the share, or none. */
function processWith(options: ConstructorParameters<typeof SampledProcess>[0], randomness = UNLUCKY): SampledProcess {
  return new SampledProcess(options, { traceIds: Array.from({ length: 100 }, () => traceIdOf(randomness)) });
}

function thresholds(process: SampledProcess): (string | undefined)[] {
  return process.exported.map((span) => span.spanContext().traceState?.get('ot'));
}

describe('a local trace', () => {
  verifies('S2', 'is exported in full when one of its spans has an error, those before it too', () => {
    const process = processWith(KEEP_ERRORS);
    const root = process.start('root');
    process.start('before', { parent: root }).end();
    const failing = process.start('failing', { parent: root });
    const within = process.start('within', { parent: failing });
    expect(process.names).toEqual([]);
    process.fail(failing);
    process.start('after', { parent: root }).end();
    within.end();
    root.end();
    expect(process.names).toEqual(['after', 'before', 'failing', 'root', 'within']);
    expect(process.status).toMatchObject({ made: 1, kept: { error: 1 }, spans: { released: 5, waiting: 0 } });
  });

  verifies('S2', 'is exported in full when its first span fails at the end', () => {
    const process = processWith(KEEP_ERRORS);
    const root = process.start('root');
    process.start('query', { parent: root }).end();
    process.fail(root);
    expect(process.names).toEqual(['query', 'root']);
  });

  verifies('S2', 'is exported in full when its first span is slow, and only that one counts', () => {
    const process = processWith({ ratio: 0, keepSlowerThanMillis: 1000 });
    const at = (millis: number): [number, number] => [1_700_000_000 + millis / 1000, 0];
    const tracer = process.provider.getTracer('test');
    for (const [name, millis] of [['fast', 999], ['slow', 1000]] as const) {
      const root = tracer.startSpan(name, { startTime: at(0) }, ROOT_CONTEXT);
      tracer.startSpan(`child of ${name}`, { startTime: at(0) }, trace.setSpan(ROOT_CONTEXT, root)).end(at(5000));
      root.end([1_700_000_000 + Math.floor(millis / 1000), (millis % 1000) * 1e6]);
    }
    expect(process.names).toEqual(['child of slow', 'slow']);
    expect(process.status).toMatchObject({ made: 2, kept: { slow: 1 }, dropped: { ratio: 1 }, spans: { dropped: 2 } });
  });

  verifies('S2', 'is dropped whole when nothing is special about it, but for the share', () => {
    const unlucky = processWith(KEEP_ERRORS);
    const lucky = processWith(KEEP_ERRORS, LUCKY);
    for (const process of [unlucky, lucky]) {
      const root = process.start('root');
      process.start('query', { parent: root }).end();
      root.end();
    }
    expect([unlucky.names, lucky.names]).toEqual([[], ['query', 'root']]);
    expect(unlucky.status).toMatchObject({ dropped: { ratio: 1 }, spans: { dropped: 2, released: 0 } });
    expect(lucky.status).toMatchObject({ kept: { ratio: 1 }, spans: { dropped: 0, released: 2 } });
  });

  verifies('S2', 'keeps its decision for spans that end and begin after its first one has', () => {
    for (const [randomness, names] of [[LUCKY, ['begun late', 'late', 'root']], [UNLUCKY, []]] as const) {
      const process = processWith(KEEP_ERRORS, randomness);
      const root = process.start('root');
      const late = process.start('late', { parent: root });
      root.end();
      process.fail(late);
      process.start('begun late', { parent: root }).end();
      expect(process.names).toEqual(names);
    }
  });

  verifies('S2', 'is one of its own for each first span, also where several share a trace id', () => {
    const process = processWith(KEEP_ERRORS);
    const caller = remoteParent(TraceFlags.NONE, UNLUCKY);
    const first = process.start('first', { parent: caller });
    const second = process.start('second', { parent: caller });
    process.start('of the first', { parent: first }).end();
    process.start('of the second', { parent: second }).end();
    process.fail(second);
    first.end();
    expect(process.names).toEqual(['of the second', 'second']);
    expect(process.status).toMatchObject({ made: 2, kept: { error: 1 }, dropped: { parent: 1 } });
  });

  verifies('S2', 'reaches through a copy of its span context', () => {
    const process = processWith(KEEP_ERRORS);
    const root = process.start('root');
    const within = trace.setSpanContext(ROOT_CONTEXT, root.spanContext());
    process.fail(process.start('failing', { parent: within }));
    root.end();
    expect(process.names).toEqual(['failing', 'root']);
  });

  verifies('S2', 'belongs to one set-up, and leaves no trace on what the application sees', () => {
    const [first, second] = [processWith(KEEP_ERRORS), processWith(KEEP_ERRORS)];
    const root = first.start('root');
    const spanContext = root.spanContext();
    expect(new Set(Reflect.ownKeys(spanContext))).toEqual(new Set(['spanId', 'traceFlags', 'traceId', 'traceState']));
    expect(first.start('child', { parent: root }).isRecording()).toBe(true);
    expect(second.start('child', { parent: root }).isRecording()).toBe(false);
    expect(second.status.made).toBe(0);
  });

  verifies('S1', 'begins beneath a parent that is none', () => {
    const process = processWith({ ratio: 1 });
    process.start('root', { parent: trace.wrapSpanContext(INVALID_SPAN_CONTEXT) }).end();
    expect(process.names).toEqual(['root']);
    expect(process.status).toMatchObject({ made: 1, kept: { ratio: 1 } });
  });

  verifies('S2', 'of an ignored request stays out, whatever its spans show', () => {
    const process = processWith(KEEP_ERRORS);
    const root = process.start('root');
    const query = process.start('query', { parent: root });
    process.start('before', { parent: root }).end();
    process.leftOut.add(root).add(query);
    process.fail(query);
    process.fail(root);
    expect(process.names).toEqual([]);
    expect(process.status).toMatchObject({ made: 1, dropped: { ignored: 1 }, spans: { dropped: 3, waiting: 0 } });
  });

  it('is not taken for another by a span processor that makes spans itself', () => {
    const processor: SpanProcessor = {
      onStart: (span) => {
        if (span.name === 'root') {
          process.start('by the processor').end();
        }
      },
      onEnd: () => {},
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const process = new SampledProcess(KEEP_ERRORS, { processor, traceIds: [traceIdOf(LUCKY), traceIdOf(UNLUCKY)] });
    process.start('root').end();
    expect(process.names).toEqual(['root']);
    expect(process.status).toMatchObject({ made: 2, kept: { ratio: 1 }, dropped: { ratio: 1 } });
  });
});

describe('the decision of a caller', () => {
  verifies(['S1', 'S2'], 'to sample is followed, with its own threshold', () => {
    const process = processWith({ ratio: 0, keepErrors: true });
    process.start('root', { parent: remoteParent(TraceFlags.SAMPLED, LUCKY, 'ot=th:c,other=1') }).end();
    expect(thresholds(process)).toEqual(['th:c']);
    expect(process.status.kept.parent).toBe(1);
  });

  verifies(['S2', 'S4'], 'to sample stands for nothing but itself where an error would have been kept anyway', () => {
    const process = processWith({ ratio: 0, keepErrors: true });
    process.fail(process.start('failing', { parent: remoteParent(TraceFlags.SAMPLED, LUCKY, 'ot=th:c,other=1') }));
    expect(process.exported.map((span) => span.spanContext().traceState?.serialize())).toEqual(['ot=th:0,other=1']);
    expect(process.status.kept).toMatchObject({ parent: 0, error: 1 });
  });

  verifies('S2', 'to sample leaves nothing to wait for where an error would count no other way', () => {
    for (const state of [undefined, 'ot=th:0']) {
      const process = processWith(KEEP_ERRORS);
      const root = process.start('root', { parent: remoteParent(TraceFlags.SAMPLED, LUCKY, state) });
      process.start('query', { parent: root }).end();
      expect(process.names).toEqual(['query']);
    }
  });

  verifies('S2', 'not to sample is followed, but for errors', () => {
    const process = processWith({ ratio: 1, keepErrors: true });
    const parent = remoteParent(TraceFlags.NONE, LUCKY);
    process.start('fine', { parent }).end();
    process.fail(process.start('failing', { parent }));
    expect(process.names).toEqual(['failing']);
    expect(process.status).toMatchObject({ kept: { error: 1 }, dropped: { parent: 1 } });
  });

  verifies('S1', 'does not count where the sampler is not based on the parent', () => {
    const process = new SampledProcess({ ratio: 0.5 }, { parentBased: false });
    process.start('sampled', { parent: remoteParent(TraceFlags.SAMPLED, UNLUCKY, 'ot=th:0') }).end();
    process.start('unsampled', { parent: remoteParent(TraceFlags.NONE, LUCKY) }).end();
    expect(process.names).toEqual(['unsampled']);
    expect(thresholds(process)).toEqual(['th:8']);
  });

  verifies('S4', 'loses a threshold that contradicts it', () => {
    const process = processWith({ ratio: 0.1, keepErrors: true });
    process.start('root', { parent: remoteParent(TraceFlags.SAMPLED, UNLUCKY, 'ot=th:c') }).end();
    process.start('root', { parent: remoteParent(TraceFlags.NONE, LUCKY, 'ot=th:c') }).end();
    expect(thresholds(process)).toEqual([undefined]);
  });

  verifies('S1', 'is the one of the randomness that the origin gave', () => {
    const process = new SampledProcess({ ratio: 0.5 }, { parentBased: false });
    process.start('lucky', { parent: remoteParent(TraceFlags.NONE, UNLUCKY, `ot=rv:${LUCKY}`) }).end();
    process.start('unlucky', { parent: remoteParent(TraceFlags.NONE, LUCKY, `ot=rv:${UNLUCKY}`) }).end();
    expect(process.names).toEqual(['lucky']);
    expect(thresholds(process)).toEqual([`th:8;rv:${LUCKY}`]);
  });
});

describe('what services behind this one are told', () => {
  verifies('S5', 'is to sample a trace that is certain to be kept, with the threshold', () => {
    const root = processWith(KEEP_ERRORS, LUCKY).start('root');
    expect(root.spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
    expect(root.spanContext().traceState?.serialize()).toBe('ot=th:e666');
  });

  verifies('S5', 'is not to sample one that is not, until it has an error', () => {
    const process = processWith(KEEP_ERRORS);
    const root = process.start('root');
    expect(root.isRecording()).toBe(true);
    const before = process.start('before', { parent: root }).spanContext();
    expect([before.traceFlags, before.traceState]).toEqual([TraceFlags.NONE, undefined]);
    process.fail(process.start('failing', { parent: root }));
    const after = process.start('after', { parent: root }).spanContext();
    expect([after.traceFlags, after.traceState?.serialize()]).toEqual([TraceFlags.SAMPLED, 'ot=th:0']);
  });

  verifies('S5', 'is nothing of a threshold where a trace is not sampled', () => {
    const process = processWith({ ratio: 0.1 });
    const root = process.start('root', { parent: remoteParent(TraceFlags.NONE, UNLUCKY, 'ot=th:0,other=1') });
    expect(root.isRecording()).toBe(false);
    expect(root.spanContext().traceState?.serialize()).toBe('other=1');
  });
});

describe('an exported span', () => {
  verifies('S4', 'is sampled and tells that every error is kept, whatever the share', () => {
    for (const randomness of [LUCKY, UNLUCKY]) {
      const process = processWith(KEEP_ERRORS, randomness);
      const root = process.start('root', { attributes: { a: 1 } });
      process.start('query', { parent: root }).end();
      process.fail(root);
      expect(thresholds(process)).toEqual(['th:0', 'th:0']);
      expect(process.exported.map((span) => span.spanContext().traceFlags)).toEqual([1, 1]);
      expect(process.exported.map(({ attributes }) => attributes)).toEqual([{}, { a: 1 }]);
    }
  });

  verifies('S4', 'counts back to what was made, among errors and others', () => {
    const random = new SeededRandom(4);
    const traceIds = Array.from({ length: 4000 }, () => traceIdOf(random.text('0123456789abcdef', 14)));
    const process = new SampledProcess({ ratio: 0.25, keepErrors: true }, { traceIds });
    for (let number = 0; number < 4000; number += 1) {
      const root = process.start(number % 8 === 0 ? 'failing' : 'fine');
      (number % 8 === 0 ? process.fail.bind(process) : (span: typeof root) => span.end())(root);
    }
    const counted = (name: string): number =>
      process.exported
        .filter((span) => span.name === name)
        .reduce((sum, span) => sum + (span.spanContext().traceState?.get('ot') === 'th:c' ? 4 : 1), 0);
    expect(counted('failing')).toBe(500);
    // Of 3,500 traces a quarter is kept: three standard deviations are 77 of them.
    expect(Math.abs(counted('fine') - 3500)).toBeLessThan(4 * 77);
  });
});

describe('a flush', () => {
  verifies('S2', 'sends what is certain to be kept, and leaves the rest to its end', async () => {
    const lucky = processWith(KEEP_ERRORS, LUCKY);
    const unlucky = processWith(KEEP_ERRORS);
    for (const process of [lucky, unlucky]) {
      const root = process.start('root');
      process.start('query', { parent: root }).end();
      await process.keeper.forceFlush();
      expect(process.names).toEqual(process === lucky ? ['query'] : []);
      process.fail(root);
      expect(process.names).toEqual(['query', 'root']);
    }
    expect(lucky.status).toMatchObject({ kept: { ratio: 1, error: 0 }, releasedEarly: 1 });
    expect(thresholds(lucky)).toEqual(['th:e666', 'th:e666']);
    expect(unlucky.status).toMatchObject({ kept: { error: 1 }, releasedEarly: 0 });
  });

  verifies('S2', 'sends what is slow by now', async () => {
    const process = processWith({ ratio: 0, keepSlowerThanMillis: 100 });
    const root = process.start('root');
    process.start('query', { parent: root }).end();
    process.millis += 99;
    await process.keeper.forceFlush();
    expect(process.names).toEqual([]);
    process.millis += 1;
    await process.keeper.forceFlush();
    expect(process.names).toEqual(['query']);
    expect(process.status).toMatchObject({ kept: { slow: 1 }, releasedEarly: 1 });
  });

  verifies('S2', 'that may be the last sends what is worth keeping by now, and the rest goes on waiting', () => {
    const rules = [{ attributes: { kept: true }, keep: true }] as const;
    const process = processWith({ ...KEEP_ERRORS, rules });
    const roots = ['kept', 'failing', 'fine'].map((name) => {
      const root = process.start(name);
      process.start(`of ${name}`, { parent: root }).end();
      return root;
    });
    roots[0]?.setAttribute('kept', true);
    process.keeper.settle();
    expect(process.names).toEqual(['of kept']);
    expect(process.status).toMatchObject({ kept: { rule: 1 }, dropped: { ratio: 0 }, releasedEarly: 1, spans: { waiting: 2 } });
    process.keeper.settle();
    process.start('late', { parent: roots[1] ?? ROOT_CONTEXT }).end();
    roots.forEach((root, index) => (index === 1 ? process.fail(root) : root.end()));
    expect(process.names).toEqual(['failing', 'kept', 'late', 'of failing', 'of kept']);
    expect(process.status).toMatchObject({ dropped: { ratio: 1 }, spans: { waiting: 0, dropped: 2 } });
  });

  verifies('S2', 'at the end decides on open traces by what they have shown', async () => {
    const process = new SampledProcess(
      { ratio: 0.5, keepSlowerThanMillis: 1000 },
      { traceIds: [traceIdOf(UNLUCKY), traceIdOf(UNLUCKY), traceIdOf(LUCKY)] },
    );
    const slow = process.start('slow');
    process.start('of the slow one', { parent: slow }).end();
    process.millis += 1000;
    for (const name of ['fast', 'lucky']) {
      process.start(`of the ${name} one`, { parent: process.start(name) }).end();
    }
    await process.keeper.shutdown();
    expect(process.names).toEqual(['of the lucky one', 'of the slow one']);
    expect(process.status).toMatchObject({ kept: { slow: 1, ratio: 1 }, dropped: { ratio: 1 }, spans: { waiting: 0 } });
  });
});

describe('what may be the end', () => {
  const options = { ratio: 1, rules: [{ route: '/out', drop: true }] } as const;

  verifies('S2', 'judges an open trace as if it had ended', async () => {
    const [settled, shut] = [processWith(options), processWith(options)];
    [settled, shut].forEach((process) => process.start('query', { parent: process.start('open') }).end());
    settled.keeper.settle();
    await shut.keeper.shutdown();
    expect([settled.names, shut.names]).toEqual([['query'], ['query']]);
  });
});

describe('an error', () => {
  verifies('S2', 'keeps nothing where errors are not kept', () => {
    const process = processWith({ ratio: 0, keepSlowerThanMillis: 60_000 });
    process.fail(process.start('failing'));
    expect(process.status).toMatchObject({ kept: { error: 0 }, dropped: { ratio: 1 } });
  });

  verifies('S2', 'of a trace that a caller samples waits for no rule', () => {
    const process = processWith({ ratio: 0, keepErrors: true, rules: [{ route: '/out', drop: true }] });
    const root = process.start('root', { parent: remoteParent(TraceFlags.SAMPLED, LUCKY, 'ot=th:8') });
    process.fail(process.start('failing', { parent: root }));
    expect(process.names).toEqual(['failing']);
  });

  verifies('S2', 'in a span that is left out alone does not leave out its trace', () => {
    const process = processWith(KEEP_ERRORS);
    const root = process.start('root');
    const query = process.start('query', { parent: root });
    process.leftOut.add(query);
    process.fail(query);
    process.fail(root);
    expect(process.names).toEqual(['root']);
    expect(process.status).toMatchObject({ kept: { error: 1 }, dropped: { ignored: 0 } });
  });
});

describe('a span that comes', () => {
  verifies('S2', 'after the shutdown waits for nothing', async () => {
    const process = processWith(KEEP_ERRORS);
    const root = process.start('root');
    await process.keeper.shutdown();
    process.start('query', { parent: root }).end();
    expect(process.status).toMatchObject({ dropped: { ratio: 1 }, spans: { dropped: 1, waiting: 0 } });
  });
});

describe('memory', () => {
  verifies('S2', 'holds so many spans of one trace, counts the others, and still sees an error', () => {
    expectDiagnostics('OTELIER_TRACES_LET_GO');
    const process = processWith({ ...KEEP_ERRORS, limits: { maxSpansPerTrace: 3 } });
    const root = process.start('root');
    for (let number = 0; number < 10; number += 1) {
      process.start(`query ${number}`, { parent: root }).end();
    }
    expect(process.status.spans).toEqual({ released: 0, dropped: 0, letGo: 7, waiting: 3 });
    process.fail(root);
    expect(process.names).toEqual(['query 0', 'query 1', 'query 2', 'root']);
    expect(process.status.spans).toEqual({ released: 4, dropped: 0, letGo: 7, waiting: 0 });
  });

  verifies('S2', 'loses nothing of a long trace that is certain to be kept', () => {
    const process = processWith({ ...KEEP_ERRORS, limits: { maxSpansPerTrace: 3 } }, LUCKY);
    const root = process.start('root');
    for (let number = 0; number < 10; number += 1) {
      process.start('query', { parent: root }).end();
    }
    root.end();
    expect(process.exported).toHaveLength(11);
    expect(process.status).toMatchObject({ releasedEarly: 1, spans: { letGo: 0 } });
  });

  verifies('S2', 'loses nothing of a long trace that is slow by now, unless a rule may still drop it', () => {
    expectDiagnostics('OTELIER_TRACES_LET_GO');
    const options = { ratio: 0, keepSlowerThanMillis: 100, limits: { maxSpansPerTrace: 3 } };
    const slow = processWith(options);
    const undecided = processWith({ ...options, rules: [{ route: '/out', drop: true }] });
    for (const process of [slow, undecided]) {
      const root = process.start('root');
      const query = (): void => process.start('query', { parent: root }).end();
      Array.from({ length: 3 }, query);
      process.millis += 100;
      Array.from({ length: 5 }, query);
    }
    expect(slow.exported).toHaveLength(8);
    expect(slow.status).toMatchObject({ kept: { slow: 1 }, releasedEarly: 1, spans: { letGo: 0 } });
    expect(undecided.status).toMatchObject({ kept: { slow: 0 }, spans: { letGo: 5, waiting: 3 } });
  });

  it.each([
    ['traces', { maxTraces: 2 }],
    ['spans', { maxSpans: 2 }],
    ['bytes', { maxBytes: 6000 }],
  ])('holds so many %s, and lets go of what has waited longest [S2]', (_what, limits) => {
    expectDiagnostics('OTELIER_TRACES_LET_GO');
    const process = processWith({ ...KEEP_ERRORS, limits });
    const roots = [0, 1, 2].map((number) => {
      const root = process.start(`root ${number}`);
      process.start(`query ${number}`, { parent: root, attributes: { text: 'x'.repeat(800) } }).end();
      return root;
    });
    expect(process.status.spans).toEqual({ released: 0, dropped: 0, letGo: 1, waiting: 2 });
    roots.forEach((root) => process.fail(root));
    expect(process.names).toEqual(['query 1', 'query 2', 'root 0', 'root 1', 'root 2']);
  });

  verifies('S2', 'goes on holding so many bytes after it has let go of some', () => {
    expectDiagnostics('OTELIER_TRACES_LET_GO');
    const process = processWith({ ...KEEP_ERRORS, limits: { maxBytes: 6000 } });
    const root = process.start('root');
    for (let number = 0; number < 50; number += 1) {
      process.start('query', { parent: root, attributes: { text: 'x'.repeat(800) } }).end();
      expect(process.status.spans.waiting).toBeLessThanOrEqual(2);
    }
    expect(process.status.spans.letGo).toBeGreaterThanOrEqual(48);
  });

  verifies('S2', 'holds spans for so long, and tells a slow trace by its age', () => {
    expectDiagnostics('OTELIER_TRACES_LET_GO');
    const limits = { maxAgeMillis: 500 };
    const forgetful = processWith({ ...KEEP_ERRORS, limits });
    const watchful = processWith({ ...KEEP_ERRORS, keepSlowerThanMillis: 500, limits });
    for (const process of [forgetful, watchful]) {
      process.start('query', { parent: process.start('open') }).end();
      process.millis += 500;
      process.start('query', { parent: process.start('another') }).end();
    }
    expect(forgetful.status).toMatchObject({ kept: { slow: 0 }, spans: { letGo: 1, waiting: 1, released: 0 } });
    expect(watchful.status).toMatchObject({ kept: { slow: 1 }, spans: { letGo: 0, waiting: 1, released: 1 } });
  });

  verifies('S2', 'is given back without another span', async () => {
    const process = processWith({ ...KEEP_ERRORS, limits: { maxAgeMillis: 1 } }, LUCKY);
    process.start('query', { parent: process.start('open') }).end();
    expect(process.status.spans.waiting).toBe(1);
    process.millis += 1;
    while (process.status.spans.waiting > 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(process.names).toEqual(['query']);
  });
});
