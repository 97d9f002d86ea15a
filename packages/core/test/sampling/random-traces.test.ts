import type { Span } from '@opentelemetry/api';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { clearProblems } from '../../src/diagnostics/report.js';
import type { SamplingOptions } from '../../src/options/sampling-options.js';
import type { SamplingStatus } from '../../src/sampling/sampling-counts.js';
import { SeededRandom } from '../sql/seeded-random.js';
import { remoteParent, SampledProcess, traceIdOf } from './sampled-process.js';

const DIGITS = '0123456789abcdef';
const TRACES = 1000;

const policies: readonly SamplingOptions[] = [
  { ratio: 0.3 },
  { ratio: 0.3, keepErrors: true },
  { ratio: 0.1, keepErrors: true, keepSlowerThanMillis: 20 },
  { ratio: 0.3, keepErrors: true, perSecond: 50 },
  { ratio: 0.5, keepErrors: true, rules: [{ route: '/a', ratio: 0.2 }, { route: '/b', drop: true }, { path: '/c', keep: true }] },
  { ratio: 0.5, keepErrors: true, perSecond: 50, rules: [{ route: '/a', ratio: 0.2 }, { route: '/b', drop: true }, { path: '/c', keep: true }] },
  { ratio: 0.2, keepErrors: true, limits: { maxSpans: 20, maxTraces: 5, maxSpansPerTrace: 4, maxAgeMillis: 15 } },
];

/** Traces that overlap, end in any order, fail, are ignored, are told to flush, and partly never end. */
async function live(process: SampledProcess, random: SeededRandom): Promise<number> {
  const open: { readonly root: Span; readonly spans: Span[] }[] = [];
  let recorded = 0;
  const begin = (): void => {
    const flags = random.pick([-1, -1, -1, 0, 1]);
    const parent = flags === -1 ? {} : { parent: remoteParent(flags, random.text(DIGITS, 14)) };
    const attributes = random.below(3) === 0 ? { 'url.path': random.pick(['/c', '/d']) } : {};
    open.push({ root: process.start('root', { ...parent, attributes }), spans: [] });
  };
  const end = (span: Span): void => {
    if (span.isRecording()) {
      recorded += 1;
    }
    if (random.below(30) === 0) {
      process.leftOut.add(span);
    }
    span.setAttribute('http.route', random.pick(['/a', '/b', '/e']));
    (random.below(12) === 0 ? (failed: Span) => process.fail(failed) : (ended: Span) => ended.end())(span);
  };
  for (let begun = 0; begun < TRACES; ) {
    const trace = open[random.below(Math.max(1, open.length))];
    const step = random.below(20);
    process.millis += random.below(3);
    if (trace === undefined || (step < 5 && open.length < 40)) {
      begin();
      begun += 1;
    } else if (step < 12) {
      trace.spans.push(process.start('child', { parent: random.pick([trace.root, ...trace.spans]) }));
    } else if (step < 17) {
      trace.spans.splice(random.below(trace.spans.length + 1), 1).forEach(end);
    } else if (step < 19) {
      open.splice(open.indexOf(trace), 1);
      end(trace.root);
      trace.spans.forEach(end);
    } else {
      const rare = random.below(40);
      if (rare < 2) {
        await process.keeper.forceFlush();
      } else if (rare < 4) {
        process.keeper.settle();
      }
    }
  }
  open.forEach(({ root, spans }) => [...spans, root].forEach(end));
  return recorded;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

describe('random traces', () => {
  beforeEach(() => clearProblems());

  policies.forEach((policy, index) => {
    verifies('S2', `are all kept or dropped, with policy ${index}, and so are their spans`, async () => {
      if (policy.limits !== undefined) {
        expectDiagnostics('OTELIER_TRACES_LET_GO');
      }
      const random = new SeededRandom(17 + index);
      const traceIds = Array.from({ length: TRACES }, () => traceIdOf(random.text(DIGITS, 14)));
      const process = new SampledProcess(policy, { traceIds });
      const recorded = await live(process, random);
      const { made, kept, dropped, spans }: SamplingStatus = process.status;
      expect(made).toBe(TRACES);
      expect(total(kept) + total(dropped)).toBe(TRACES);
      expect({ ...spans, released: spans.released + spans.dropped + spans.letGo }).toMatchObject({ released: recorded, waiting: 0 });
      expect(process.exported).toHaveLength(spans.released);
      expect(total(kept)).toBeGreaterThan(0);
      expect(spans.letGo > 0).toBe(policy.limits !== undefined);
    });
  });
});
