import { ratio, spread } from './statistics.mjs';

/**
 * A line of a table: each figure is a spread over the rounds.
 * @typedef {object} Row
 * @property {string} contender
 */

/**
 * Puts the rounds of a case together, a row for each contender that was measured.
 * @param {{ samples: Record<string, object[]> }} result
 * @returns {Row[]}
 */
export function summarize({ samples }) {
  const bare = flatten(samples.bare ?? []);
  return Object.entries(samples)
    .filter(([, list]) => list.length > 0)
    .map(([contender, list]) => row(contender, flatten(list), bare));
}

function row(contender, samples, bare) {
  const of = (measure) => spread(samples.map((sample) => sample[measure]));
  const against = (measure) => ratio(samples, bare, measure);
  return {
    contender,
    fixedCpu: of('fixedCpu'),
    fixedCpuRatio: against('fixedCpu'),
    fullCpu: of('fullCpu'),
    fullCpuRatio: against('fullCpu'),
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    p99Ratio: against('p99'),
    rss: of('rss'),
    rssMore: spread(samples.map((sample) => sample.rss - (bareOf(sample.round, bare)?.rss ?? Number.NaN))),
    loopDelay: of('loopDelay'),
    arrivedFixed: of('arrivedFixed'),
    arrivedFull: of('arrivedFull'),
  };
}

function bareOf(round, bare) {
  return bare.find((sample) => sample.round === round);
}

function flatten(samples) {
  return samples.map(({ round, fixed, full, latency }) => ({
    round,
    fixedCpu: fixed.cpuMicros,
    fullCpu: full.cpuMicros,
    perSecond: full.perSecond,
    p50: latency.p50Millis,
    p99: latency.p99Millis,
    rss: full.rssMegabytes,
    loopDelay: latency.loopDelayP99Millis,
    arrivedFixed: fixed.arrived,
    arrivedFull: full.arrived,
  }));
}
