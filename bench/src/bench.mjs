import { fileURLToPath } from 'node:url';
import { readArguments, usage } from './arguments.mjs';
import { Child } from './child.mjs';
import { measureInstalledSize } from './installed-size.mjs';
import { describeRun, noteOf } from './machine.mjs';
import { measure, measurePeak } from './measurement.mjs';
import { caseName, contenderName } from './names.mjs';
import { nodePrograms } from './node-programs.mjs';
import { arePeersInstalled, installPeers } from './peers.mjs';
import { minutesOf, plan } from './plan.mjs';
import { summarizeProfile } from './profile.mjs';
import { otherText, rates, writeFiles } from './report.mjs';
import { measureStarts } from './startup.mjs';
import { rotate } from './statistics.mjs';
import { summarize } from './summary.mjs';
import { textTable } from './table.mjs';

const FIXED_SHARE = 0.2;

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}

/**
 * Runs what the arguments ask for.
 * @param {readonly string[]} programArguments
 * @returns {Promise<number>} the exit code: 1 when a service ended, or a span is missing in a quick run
 * @throws {Error} when an argument is wrong or nothing can be measured
 */
export async function runBench(programArguments) {
  const settings = readArguments(programArguments);
  const tasks = {
    help: async () => print(usage),
    peers: installPeers,
    micro: async () => (await import('../micro/run.mjs')).runMicro(settings.only, print),
    summary: async () => print(summarizeProfile(settings.summary)),
    measure: () => runMeasurements(settings),
  };
  return (await tasks[settings.task]()) ?? 0;
}

async function runMeasurements(settings) {
  const nodes = await nodePrograms(settings.nodes, settings.quick);
  const stage = await setStage(settings);
  /** @type {string[]} */
  const problems = [];
  const results = { run: await describeRun(nodes), settings, cases: [], problems };
  try {
    print(noteOf(results.run));
    const cases = plan(settings, {
      nodes,
      hasDatabase: stage.pgUrl !== undefined,
      arePeersInstalled: arePeersInstalled(),
    });
    stage.notes.forEach(print);
    await measureParts(cases, stage, results);
  } finally {
    await stage.close();
  }
  await writeFiles(results, settings.files);
  problems.forEach((problem) => process.stderr.write(`${problem}\n`));
  return problems.length > 0 ? 1 : 0;
}

async function measureParts(cases, stage, results) {
  const { settings } = stage;
  if (settings.parts.includes('load')) {
    print(`about ${minutesOf(cases, settings)} minutes`);
    for (const subject of cases) {
      results.cases.push(await measureCase(subject, stage, results.problems));
    }
  }
  if (settings.parts.includes('startup')) {
    results.startup = await measureStarts(cases, stage);
  }
  if (settings.parts.includes('size')) {
    results.size = await measureInstalledSize();
  }
  const quickNote = 'A quick run checks that everything works; its times do not count.';
  print(`\n${settings.quick ? quickNote : otherText(results)}`);
}

async function measureCase(subject, stage, problems) {
  const { settings } = stage;
  const peak = await measurePeak(subject, stage);
  const rate = settings.rate ?? peak * FIXED_SHARE;
  const samples = Object.fromEntries(subject.contenders.map((contender) => [contender, []]));
  for (let round = 0; round < settings.rounds; round++) {
    for (const contender of rotate(subject.contenders, round)) {
      try {
        const sample = await measure({ ...subject, peak, rate }, contender, stage);
        samples[contender].push({ round, ...sample });
        problems.push(...(settings.quick ? missingSpans(subject, contender, sample) : []));
      } catch (error) {
        problems.push(`${caseName(subject)}: ${contenderName(contender)}: ${error.message}`);
      }
    }
  }
  const result = { ...subject, peak, rate, samples };
  print(`\n${caseName(subject)}. ${rates(result)}\n${textTable(summarize(result))}`);
  return result;
}

/** At the fixed rate every request has a span; at full load a bounded queue may be full, which the table tells. */
function missingSpans(subject, contender, { fixed }) {
  if (contender === 'bare' || (fixed.arrived >= 1 && fixed.failed === 0)) {
    return [];
  }
  const share = `${(fixed.arrived * 100).toFixed(2)} % of ${fixed.handled} request spans arrived`;
  return [`${caseName(subject)}: ${contenderName(contender)}: ${share}, ${fixed.failed} requests failed`];
}

async function setStage(settings) {
  const started = [];
  const start = async (name) => {
    const child = new Child(fileURLToPath(new URL(name, import.meta.url)));
    started.push(() => child.stop());
    return { child, ...(await child.ready()) };
  };
  const close = async () => {
    await Promise.all(started.map((stop) => stop()));
  };
  try {
    const notes = [];
    const needsDatabase = settings.routes.includes('query') && settings.parts.includes('load');
    const database = needsDatabase ? await startDatabase(settings.pgUrl) : undefined;
    if (database) {
      started.push(database.stop);
      notes.push(database.url ? database.origin : `without the route query: ${database.origin}`);
    }
    if (!settings.quick && !arePeersInstalled()) {
      notes.push('without other tracers: npm run bench -- --peers installs them');
    }
    const sink = await start('./sink.mjs');
    const load = await start('./load.mjs');
    const sinkUrl = `http://127.0.0.1:${sink.port}`;
    return { sink: sink.child, sinkUrl, load: load.child, pgUrl: database?.url, settings, notes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Loaded only where there is a query: a bare run needs no compiler. */
async function startDatabase(givenUrl) {
  const { startPostgres } = await import('./postgres.mjs');
  return startPostgres(givenUrl);
}
