import { summarize } from './summary.mjs';

/**
 * What the project has set itself, and what a run says of it.
 * @typedef {object} Verdict
 * @property {string} id
 * @property {string} what
 * @property {number | undefined} measured undefined where the run did not measure it
 * @property {number} limit
 * @property {boolean | undefined} holds
 */

const hello = (service, major, sampled = 1) => ({ service, route: 'hello', major, sampled });

const cpuTargets = [
  ['Q1', hello('fastify', 24), 1.6],
  ['Q1', hello('fastify', 20), 2],
  ['Q2', hello('express', 24), 1.35],
  ['Q2', hello('nest', 24), 1.5],
  ['Q4', hello('fastify', 24, 0.01), 1.15],
  ['Q4', hello('express', 24, 0.01), 1.15],
  ['Q4', hello('nest', 24, 0.01), 1.15],
];

/**
 * Holds a run against the targets. Processor time is the worse of the fixed rate and full load.
 * @param {object} results
 * @returns {Verdict[]}
 */
export function judge(results) {
  const row = finder(results);
  return [
    ...cpuTargets.map(([id, subject, limit]) =>
      verdict(id, `CPU against bare, ${told(subject)}`, { measured: worseCpu(row(subject, 'otelier')), limit }),
    ),
    ...['fastify', 'express', 'nest'].map((service) => queryVerdict(service, row)),
    ...['fastify', 'express', 'nest'].flatMap((service) => loadVerdicts(hello(service, 24), row)),
    ...otherVerdicts(results),
  ];
}

function loadVerdicts(subject, row) {
  const own = row(subject, 'otelier');
  return [
    verdict('Q5', `MB above bare, ${told(subject)}`, { measured: own?.rssMore?.median, limit: 40 }),
    verdict('Q7', `p99 against bare, ${told(subject)}`, { measured: own?.p99Ratio?.median, limit: 1.3 }),
  ];
}

/** What a query's request costs more than the bare one, as a part of what the official set-up adds. */
function queryVerdict(service, row) {
  const subject = { ...hello(service, 24), route: 'query' };
  const cpu = (contender) => row(subject, contender)?.fixedCpu?.median;
  const measured = (cpu('otelier') - cpu('bare')) / (cpu('official') - cpu('bare'));
  return verdict('Q3', `part of what the official set-up adds, ${told(subject)}`, { measured, limit: 0.25 });
}

function otherVerdicts({ startup = [], size }) {
  const start = startup.find(({ contender, node }) => contender === 'otelier' && node.major === 24);
  return [
    verdict('Q6', 'ms added to the start, Express, Node 24', { measured: start?.addedMillis, limit: 60 }),
    verdict('Q6', 'MB of an installation of @otelier/express', { measured: size?.megabytes, limit: 12 }),
  ];
}

function finder({ cases = [] }) {
  return ({ service, route, major, sampled }, contender) => {
    const found = cases.find(
      (entry) =>
        entry.service === service &&
        entry.route === route &&
        entry.sampled === sampled &&
        entry.node.major === major,
    );
    return found && summarize(found).find((entry) => entry.contender === contender);
  };
}

function worseCpu(row) {
  return row && Math.max(row.fixedCpuRatio?.median ?? Number.NaN, row.fullCpuRatio?.median ?? Number.NaN);
}

function verdict(id, what, { measured, limit }) {
  const isKnown = measured !== undefined && Number.isFinite(measured);
  return { id, what, limit, measured: isKnown ? measured : undefined, holds: isKnown ? measured <= limit : undefined };
}

function told({ service, route, major, sampled }) {
  return `${service} ${route}, Node ${major}${sampled === 1 ? '' : `, ${sampled * 100} % sampled`}`;
}
