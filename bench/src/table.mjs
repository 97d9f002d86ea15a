import { contenderName } from './names.mjs';

/** A column: its head, and what it shows of a row. */
const columns = [
  ['', (row) => contenderName(row.contender)],
  ['CPU µs', (row) => fixed(row.fixedCpu, 1)],
  ['× bare', (row) => times(row.fixedCpuRatio)],
  ['CPU µs, full load', (row) => fixed(row.fullCpu, 1)],
  ['× bare', (row) => times(row.fullCpuRatio)],
  ['requests/s', (row) => fixed(row.perSecond, 0)],
  ['p50 ms', (row) => fixed(row.p50, 1)],
  ['p99 ms', (row) => fixed(row.p99, 1)],
  ['loop p99 ms', (row) => fixed(row.loopDelay, 0)],
  ['RSS MB', (row) => fixed(row.rss, 0)],
  ['arrived', (row) => arrival(row)],
];

/**
 * A table for the terminal.
 * @param {readonly import('./summary.mjs').Row[]} rows
 * @returns {string}
 */
export function textTable(rows) {
  return alignedText(cells(rows));
}

/**
 * A table in Markdown.
 * @param {readonly import('./summary.mjs').Row[]} rows
 * @returns {string}
 */
export function markdownTable(rows) {
  return markdownText(cells(rows));
}

/**
 * Lines of cells as text: the first column to the left, the others to the right.
 * @param {readonly string[][]} lines
 * @returns {string}
 */
export function alignedText(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const align = (text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  return lines.map((line) => `  ${line.map(align).join('  ').trimEnd()}`).join('\n');
}

/**
 * Lines of cells in Markdown, the first of them the head.
 * @param {readonly string[][]} lines
 * @returns {string}
 */
export function markdownText([head, ...lines]) {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function cells(rows) {
  return [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, show]) => show(row)))];
}

function fixed(value, digits) {
  return value === undefined ? '–' : value.median.toFixed(digits);
}

function times(value) {
  if (value === undefined) {
    return '–';
  }
  const { median, min, max } = value;
  return min === max ? median.toFixed(2) : `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

/** The smallest share of a round: what is lost once is lost. At full load it is told where it differs. */
function arrival({ contender, arrivedFixed, arrivedFull }) {
  if (contender === 'bare') {
    return '–';
  }
  const usual = percent(arrivedFixed.min);
  const full = percent(arrivedFull.min);
  return usual === full ? usual : `${usual}; ${full} at full load`;
}

function percent(share) {
  const text = (share * 100).toFixed(1);
  // Rounding must not turn a lost span into none.
  return `${text === '100.0' && share < 1 ? '99.9' : text.replace(/\.0$/, '')} %`;
}
