import { chart } from '../src/chart.mjs';
import { caseName } from '../src/names.mjs';
import { markdownReport } from '../src/report.mjs';
import { summarize } from '../src/summary.mjs';
import { markdownTable, textTable } from '../src/table.mjs';
import { sampleRound, sampleSubject } from './sample-results';

const samples = {
  bare: [sampleRound(0, 100), sampleRound(1, 120)],
  otelier: [sampleRound(0, 150, { rssMegabytes: 130, p99Millis: 12 }), sampleRound(1, 150, { arrived: 0.9999 })],
};
const rows = summarize({ samples });

describe('the summary of the rounds', () => {
  it('compares a contender with the bare server, round by round', () => {
    expect(rows.map(({ contender }) => contender)).toEqual(['bare', 'otelier']);
    expect(rows[1]).toMatchObject({
      fixedCpu: { median: 150 },
      fixedCpuRatio: { median: 1.375, min: 1.25, max: 1.5 },
      rssMore: { median: 15 },
      p99Ratio: { median: 1.1 },
    });
  });

  it('leaves out a contender that no round has measured', () => {
    expect(summarize({ samples: { ...samples, sentry: [] } })).toHaveLength(2);
  });
});

describe('the tables', () => {
  it('align their columns on the terminal', () => {
    const lines = textTable(rows).split('\n');

    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^ {2}bare server +110\.0 +1\.00 /);
    expect(lines[2]).toContain('1.38 (1.25–1.50)');
  });

  it('have a head and a rule in Markdown', () => {
    const [head, rule, bare] = markdownTable(rows).split('\n');

    expect(head).toMatch(/^\|  \| CPU µs \| × bare \|/);
    expect(rule).toMatch(/^\| --- \| ---: \|/);
    expect(bare).toMatch(/^\| bare server \| 110\.0 \|/);
  });

  it('round no lost span away', () => {
    expect(textTable(rows)).toContain('99.9 %');
    expect(textTable(summarize({ samples: { bare: samples.bare, otelier: [sampleRound(0, 1)] } }))).toContain('100 %');
  });

  it('tell what arrived at full load where it differs', () => {
    const lossy = { ...sampleRound(0, 150), full: { ...sampleRound(0, 150).full, arrived: 0.42 } };

    expect(textTable(summarize({ samples: { otelier: [lossy] } }))).toContain('100 %; 42 % at full load');
  });
});

describe('the chart', () => {
  const groups = [{ subject: sampleSubject, rows }];

  it('draws a bar for each contender, in proportion to its processor time', () => {
    const bars = chart(groups, 'a note').matchAll(/<rect class="bar[^"]*".*? width="([\d.]+)"/g);
    const widths = [...bars].map(([, width]) => Number(width));

    expect(widths).toHaveLength(2);
    expect(widths[1] / widths[0]).toBeCloseTo(1.375, 2);
  });

  it('names case, contenders and note, and escapes them', () => {
    const svg = chart(groups, 'a < b & c');

    expect(svg).toContain(`>${caseName(sampleSubject)}<`);
    expect(svg).toContain('>1.38 ×<');
    expect(svg).toContain('a &lt; b &amp; c');
  });

  it('is drawn without a bar when nothing was compared', () => {
    expect(chart([], 'note')).toMatch(/^<svg [^]*<\/svg>\n$/);
    expect(chart([], 'note')).not.toContain('<rect');
  });
});

describe('the report', () => {
  it('has a table for each case, and the targets', () => {
    const run = {
      date: '2026-01-02',
      machine: { processor: 'a processor', cores: 2, memoryGigabytes: 8, system: 'Linux' },
      nodes: ['24.1.0'],
      versions: { '@otelier/core': '1.2.3' },
    };
    const report = markdownReport({ run, cases: [{ ...sampleSubject, samples }], startup: [], problems: [] });

    expect(report).toContain('2026-01-02, Otelier 1.2.3, Node 24.1.0, 2 × a processor, 8 GB');
    expect(report).toContain('### Fastify, one JSON route, Node 24, 100 % sampled');
    expect(report).toContain('| Q1 CPU against bare, fastify hello, Node 24 | 1.38 | 1.6 | holds |');
    expect(report).toContain('| Q6 MB of an installation of @otelier/express | not measured | 12 |  |');
  });
});
