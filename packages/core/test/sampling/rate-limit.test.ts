import { ROOT_CONTEXT, trace, TraceFlags, type Span } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { LUCKY, remoteParent, SampledProcess, traceIdOf, UNLUCKY } from './sampled-process.js';

const COUNT = 'sampler.adjusted_count';

function processOf(options: ConstructorParameters<typeof SampledProcess>[0], randomness = LUCKY): SampledProcess {
  return new SampledProcess(options, { traceIds: Array.from({ length: 100 }, () => traceIdOf(randomness)) });
}

function counts(process: SampledProcess): unknown[] {
  return process.exported.map(({ attributes }) => attributes[COUNT]);
}

describe('the limit of a second', () => {
  verifies('S3', 'lets the traces of one second through at once, and later ones as time goes by', () => {
    const process = processOf({ perSecond: 4 });
    const burst = (count: number): number => {
      const before = process.exported.length;
      Array.from({ length: count }, () => process.start('root').end());
      return process.exported.length - before;
    };
    expect(burst(10)).toBe(4);
    process.millis += 249;
    expect(burst(1)).toBe(0);
    process.millis += 1;
    expect(burst(2)).toBe(1);
    process.millis += 60_000;
    expect(burst(10)).toBe(4);
    expect(process.status).toMatchObject({ made: 23, kept: { ratio: 9 }, dropped: { limit: 14 } });
  });

  verifies('S3', 'below one a second lets one through when its time has come', () => {
    const process = processOf({ perSecond: 0.1 });
    for (let second = 0; second < 25; second += 1) {
      process.start('root').end();
      process.millis += 1000;
    }
    expect(process.exported).toHaveLength(3);
  });

  verifies('S4', 'has each kept trace tell how many it stands for, and no threshold', () => {
    const process = processOf({ ratio: 0.5, perSecond: 1 });
    for (let second = 0; second < 3; second += 1) {
      Array.from({ length: 3 }, () => process.start('root').end());
      process.millis += 1000;
    }
    expect(counts(process)).toEqual([2, 6, 6]);
    expect(process.exported.map((span) => span.spanContext().traceState)).toEqual([undefined, undefined, undefined]);
  });

  verifies('S4', 'has errors stand for errors alone', () => {
    const process = processOf({ ratio: 0, keepErrors: true, keepSlowerThanMillis: 60_000, perSecond: 2 }, UNLUCKY);
    Array.from({ length: 4 }, () => process.fail(process.start('failing')));
    process.millis += 1000;
    process.start('query', { parent: process.start('slow') }).end();
    process.millis += 60_000;
    process.keeper.settle();
    process.fail(process.start('failing'));
    expect(process.status).toMatchObject({ kept: { error: 3, slow: 1 }, dropped: { limit: 2 } });
    expect(process.names).toEqual(['failing', 'failing', 'failing', 'query']);
    expect(counts(process)).toEqual([1, 1, 1, 3]);
  });

  verifies('S3', 'counts a trace once, though it is selected when it begins and has an error later', () => {
    const process = processOf({ ratio: 0.5, keepErrors: true, perSecond: 1 });
    process.fail(process.start('failing'));
    expect(counts(process)).toEqual([1]);
    expect(process.status).toMatchObject({ kept: { error: 1 }, dropped: { limit: 0 } });
  });

  verifies('S3', 'leaves an error its chance where there was no room for its trace when it began', () => {
    const process = processOf({ keepErrors: true, perSecond: 1 });
    process.start('first').end();
    const failing = process.start('failing');
    const fine = process.start('fine');
    fine.end();
    process.millis += 1000;
    process.fail(failing);
    expect(process.names).toEqual(['failing', 'first']);
    expect(process.status).toMatchObject({ made: 3, kept: { ratio: 1, error: 1 }, dropped: { limit: 1 } });
  });

  verifies(['S3', 'S5'], 'keeps no trace for its share that services behind this one were told is dropped', () => {
    const process = processOf({ ratio: 0.5, keepErrors: true, perSecond: 1 });
    process.start('first').end();
    const refused = process.start('refused');
    process.millis += 1000;
    refused.end();
    process.start('next').end();
    expect(process.names).toEqual(['first', 'next']);
    expect(counts(process)).toEqual([2, 4]);
    expect(process.status).toMatchObject({ kept: { ratio: 2 }, dropped: { limit: 1 } });
  });

  it.each<[when: string, options: ConstructorParameters<typeof SampledProcess>[0], fails: boolean]>([
    ['when it begins', { ratio: 0.5, perSecond: 1 }, false],
    ['when it begins, though its end decides', { ratio: 0.5, keepErrors: true, perSecond: 1 }, false],
    ['for an error', { ratio: 0, keepErrors: true, perSecond: 1 }, true],
  ])('gives back the room that a trace has taken %s when its request is ignored [S3]', (_when, options, fails) => {
    const process = processOf(options);
    const request = (): Span => {
      const root = process.start('root');
      if (fails) {
        process.fail(process.start('failing', { parent: root }));
      }
      return root;
    };
    const ignored = request();
    process.leftOut.add(ignored);
    ignored.end();
    request().end();
    expect(process.status).toMatchObject({ made: 2, dropped: { ignored: 1, limit: 0 } });
    request().end();
    expect(process.status).toMatchObject({ made: 3, dropped: { ignored: 1, limit: 1 } });
  });

  verifies('S4', 'does not forget those that an ignored request would have stood for', () => {
    const process = processOf({ ratio: 0.5, perSecond: 1 });
    const [first, second] = [process.start('first'), process.start('second')];
    process.millis += 1000;
    const ignored = process.start('ignored');
    process.leftOut.add(ignored);
    [first, second, ignored].forEach((span) => span.end());
    process.start('third').end();
    expect(process.names).toEqual(['first', 'third']);
    expect(counts(process)).toEqual([2, 4]);
  });

  verifies('S3', 'gives back no room that was never taken, nor more than there is', () => {
    const process = processOf({ ratio: 0, keepErrors: true, perSecond: 1 });
    const sampled = remoteParent(TraceFlags.SAMPLED, LUCKY, 'ot=th:8');
    process.fail(process.start('failing'));
    for (const start of [{}, { parent: sampled }]) {
      const ignored = process.start('ignored', start);
      process.leftOut.add(ignored);
      ignored.end();
    }
    process.fail(process.start('refused'));
    expect(process.names).toEqual(['failing']);
  });

  verifies('S3', 'never has more room than for one second, though some is given back', () => {
    const process = processOf({ perSecond: 2 });
    const ignored = ['first', 'second', 'third'].map((name) => process.start(name));
    process.millis += 10_000;
    process.start('kept').end();
    ignored.forEach((span) => process.leftOut.add(span));
    ignored.forEach((span) => span.end());
    ['second', 'third', 'fourth'].forEach((name) => process.start(name).end());
    expect(process.names).toEqual(['kept', 'second', 'third']);
  });

  verifies('S3', 'does not hold for what a caller samples', () => {
    const process = processOf({ perSecond: 1 });
    Array.from({ length: 5 }, () => process.start('root', { parent: remoteParent(TraceFlags.SAMPLED, LUCKY, 'ot=th:8') }).end());
    expect(process.exported.map((span) => span.spanContext().traceState?.get('ot'))).toEqual(Array(5).fill('th:8'));
    expect(counts(process)).toEqual(Array(5).fill(undefined));
  });

  verifies('S5', 'is not told to services behind this one as a threshold', () => {
    const process = processOf({ ratio: 0.5, keepErrors: true, perSecond: 1 });
    const spanContext = process.start('root').spanContext();
    expect([spanContext.traceFlags, spanContext.traceState]).toEqual([TraceFlags.SAMPLED, undefined]);
    expect(process.start('root').spanContext().traceFlags).toBe(TraceFlags.NONE);
    const child = process.start('query', { parent: trace.setSpanContext(ROOT_CONTEXT, spanContext) }).spanContext();
    expect([child.traceFlags, child.traceState]).toEqual([TraceFlags.SAMPLED, undefined]);
  });

  verifies('S5', 'changes nothing of what a caller that samples has said', () => {
    const process = processOf({ keepErrors: true, perSecond: 1 });
    const root = process.start('root', { parent: remoteParent(TraceFlags.SAMPLED, LUCKY, 'ot=th:8') });
    const child = process.start('query', { parent: root }).spanContext();
    expect([child.traceFlags, child.traceState?.get('ot')]).toEqual([TraceFlags.SAMPLED, 'th:8']);
  });
});
