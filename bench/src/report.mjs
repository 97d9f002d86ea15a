import { writeFile } from 'node:fs/promises';
import { chart } from './chart.mjs';
import { noteOf } from './machine.mjs';
import { caseName, contenderName } from './names.mjs';
import { summarize } from './summary.mjs';
import { alignedText, markdownTable, markdownText } from './table.mjs';
import { judge } from './targets.mjs';

/**
 * Writes the files that a run is asked for.
 * @param {object} results
 * @param {{ json?: string, markdown?: string, svg?: string }} files
 */
export async function writeFiles(results, { json, markdown, svg }) {
  const writes = [
    [json, () => `${JSON.stringify(results, null, 2)}\n`],
    [markdown, () => markdownReport(results)],
    [svg, () => chartOf(results)],
  ];
  await Promise.all(writes.filter(([file]) => file).map(([file, content]) => writeFile(file, content())));
}

/** The chart of what is compared most: the bare route, every trace sampled. */
function chartOf(results) {
  const cases = results.cases.filter(({ route, sampled }) => route === 'hello' && sampled === 1);
  return chart(cases.map((entry) => ({ subject: entry, rows: summarize(entry) })), noteOf(results.run));
}

/** Everything as Markdown: a table for each case, the start-up times, the size, the targets. */
export function markdownReport(results) {
  const tables = results.cases.map(
    (entry) => `### ${caseName(entry)}\n\n${rates(entry)}\n\n${markdownTable(summarize(entry))}`,
  );
  const others = otherTables(results).map(([title, lines]) => `### ${title}\n\n${markdownText(lines)}`);
  return `${noteOf(results.run)}\n\n${[...tables, ...others].join('\n\n')}\n`;
}

/** Start-up times, size and targets for the terminal. */
export function otherText(results) {
  return otherTables(results).map(([title, lines]) => `${title}\n${alignedText(lines)}`).join('\n\n');
}

/** The rates of a case, in one line. */
export function rates({ rate, peak }) {
  return `Fixed rate ${Math.round(rate)} requests/s; latency at ${Math.round(peak * 0.7)} requests/s.`;
}

/**
 * @param {object} results
 * @returns {[string, string[][]][]} title and lines
 */
function otherTables(results) {
  const { startup = [], size } = results;
  /** @type {[string, string[][]][]} */
  const tables = [['Targets', targetLines(results)]];
  if (size) {
    tables.unshift(['Installation of @otelier/express', sizeLines(size)]);
  }
  if (startup.length > 0) {
    tables.unshift(['Start of an Express service', startLines(startup)]);
  }
  return tables;
}

function startLines(startup) {
  const lines = startup.map(({ contender, node, millis, addedMillis }) => [
    `${contenderName(contender)}, Node ${node.major}`,
    millis.toFixed(0),
    addedMillis === undefined ? '–' : addedMillis.toFixed(0),
  ]);
  return [['', 'ms until it listens', 'ms more than bare'], ...lines];
}

function sizeLines({ megabytes, diskMegabytes, packages }) {
  const lines = Object.entries(packages).map(([name, own]) => [name, own.toFixed(1)]);
  return [['', 'MB'], ['all', megabytes.toFixed(1)], ['all, on the disk', diskMegabytes.toFixed(1)], ...lines];
}

function targetLines(results) {
  const lines = judge(results).map(({ id, what, measured, limit, holds }) => [
    `${id} ${what}`,
    measured === undefined ? 'not measured' : measured.toFixed(2),
    String(limit),
    holds === undefined ? '' : holds ? 'holds' : 'MISSED',
  ]);
  return [['', 'measured', 'at most', ''], ...lines];
}
