import { judge } from '../src/targets.mjs';
import { sampleRound, sampleSubject } from './sample-results';

type Cpu = Record<string, number>;

function sampleCase(cpu: Cpu, subject: Record<string, unknown> = {}, told: Record<string, number> = {}) {
  const samples = Object.fromEntries(
    Object.entries(cpu).map(([contender, micros]) => [
      contender,
      [sampleRound(0, micros, contender === 'bare' ? {} : told)],
    ]),
  );
  return { ...sampleSubject, ...subject, samples };
}

function verdictsOf(results: Record<string, unknown>, id: string) {
  return judge(results)
    .filter((verdict) => verdict.id === id && verdict.measured !== undefined)
    .map(({ measured, holds }) => ({ measured: Number(measured?.toFixed(3)), holds }));
}

const node20 = { file: 'node', version: '20.20.0', major: 20 };

describe('the targets', () => {
  it('judge the processor time on Fastify by the version of Node', () => {
    const cases = [sampleCase({ bare: 100, otelier: 161 }), sampleCase({ bare: 100, otelier: 161 }, { node: node20 })];

    expect(verdictsOf({ cases }, 'Q1')).toEqual([
      { measured: 1.61, holds: false },
      { measured: 1.61, holds: true },
    ]);
  });

  it('take the worse of the fixed rate and full load', () => {
    const measured = sampleCase({ bare: 100, otelier: 120 });
    measured.samples.otelier[0].full = { ...measured.samples.otelier[0].full, cpuMicros: 170 };

    expect(verdictsOf({ cases: [measured] }, 'Q1')).toEqual([{ measured: 1.7, holds: false }]);
  });

  it('judge Express and NestJS on Node 24', () => {
    const cases = ['express', 'nest'].map((service) => sampleCase({ bare: 100, otelier: 140 }, { service }));

    expect(verdictsOf({ cases }, 'Q2')).toEqual([
      { measured: 1.4, holds: false },
      { measured: 1.4, holds: true },
    ]);
  });

  it('judge a query by what the official set-up adds', () => {
    const cases = [sampleCase({ bare: 100, otelier: 150, official: 300 }, { route: 'query' })];

    expect(verdictsOf({ cases }, 'Q3')).toEqual([{ measured: 0.25, holds: true }]);
  });

  it('judge a small share, the memory and the tail', () => {
    const told = { rssMegabytes: 141, p99Millis: 13 };
    const small = sampleCase({ bare: 100, otelier: 115 }, { sampled: 0.01 });
    const cases = [small, sampleCase({ bare: 1, otelier: 1 }, {}, told)];

    expect(verdictsOf({ cases }, 'Q4')).toEqual([{ measured: 1.15, holds: true }]);
    expect(verdictsOf({ cases }, 'Q5')).toEqual([{ measured: 41, holds: false }]);
    expect(verdictsOf({ cases }, 'Q7')).toEqual([{ measured: 1.3, holds: true }]);
  });

  it('judge the start and the size', () => {
    const startup = [{ contender: 'otelier', node: sampleSubject.node, millis: 300, addedMillis: 61 }];

    expect(verdictsOf({ cases: [], startup, size: { megabytes: 11.5, packages: {} } }, 'Q6')).toEqual([
      { measured: 61, holds: false },
      { measured: 11.5, holds: true },
    ]);
  });

  it('say nothing of what was not measured', () => {
    expect(judge({ cases: [] }).every(({ holds }) => holds === undefined)).toBe(true);
  });
});
