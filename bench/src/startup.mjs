import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Child } from './child.mjs';
import { environment } from './measurement.mjs';
import { preloadOf } from './peers.mjs';
import { median, rotate } from './statistics.mjs';

const STARTS = 11;

/**
 * Measures how long a service takes from the start of its process until it listens.
 * @param {readonly import('./plan.mjs').Case[]} cases those of the bare route give the services and contenders
 * @param {import('./measurement.mjs').Stage} stage
 * @returns {Promise<object[]>} for each contender the median, and what it adds to the bare server's
 */
export async function measureStarts(cases, stage) {
  const subjects = cases.filter(
    ({ service, route, sampled }) => service === 'express' && route === 'hello' && sampled === 1,
  );
  const results = [];
  for (const subject of subjects) {
    const millis = Object.fromEntries(subject.contenders.map((contender) => [contender, []]));
    for (let round = 0; round < STARTS; round++) {
      for (const contender of rotate(subject.contenders, round)) {
        millis[contender].push(await startMillis(subject, contender, stage));
      }
    }
    results.push(...describe(subject, millis));
  }
  return results;
}

function describe({ service, node }, millis) {
  const bare = median(millis.bare ?? []);
  return Object.entries(millis).map(([contender, list]) => {
    const middle = median(list);
    return { service, node, contender, millis: middle, addedMillis: bare === undefined ? undefined : middle - bare };
  });
}

async function startMillis(subject, contender, stage) {
  const begin = performance.now();
  const child = new Child(fileURLToPath(new URL(`../services/${subject.service}.mjs`, import.meta.url)), {
    env: environment(subject, contender, stage),
    execPath: subject.node.file,
    execArgv: preloadOf(contender),
  });
  try {
    await child.ready();
    return performance.now() - begin;
  } finally {
    await child.stop();
  }
}
