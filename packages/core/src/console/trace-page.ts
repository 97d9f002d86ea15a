import { hrTimeToMilliseconds } from '@opentelemetry/core';
import { describeLog } from './log-description.js';
import type { Palette } from './palette.js';
import { describeSpan } from './span-description.js';
import type { SpanRow, TraceTree, TreeReason } from './trace-tree.js';
import { durationText } from './visible-text.js';

/** How many levels of the lines that lead to a span are shown; of what lies deeper the last ones. */
const MAX_LEVELS = 20;

const HEADINGS: Readonly<Record<TreeReason, string>> = { ended: '', late: 'late, ', incomplete: 'incomplete, ' };

/** A trace as a tree: names, durations, what matters of each span, errors, log records. */
export function renderTree({ traceId, reason, rows, logs }: TraceTree, palette: Palette): string[] {
  const mark = palette.dim(`${HEADINGS[reason]}trace ${traceId}`);
  /** For each level, the line that goes on beneath it. */
  const guides: string[] = [];
  const lines = rows.flatMap((row, index) => {
    const branch = row.depth === 0 ? '' : row.isLast ? '└─ ' : '├─ ';
    guides.length = Math.max(row.depth - 1, 0);
    const before = joined(guides);
    if (row.depth > 0) {
      guides.push(row.isLast ? '   ' : '│  ');
    }
    const [first = '', ...rest] = renderRow(row, { branch: `${before}${branch}`, below: joined(guides) }, palette);
    return [index === 0 ? `${first}  ${mark}` : first, ...rest];
  });
  const orphans = logs.map((record) => describeLog(record, palette));
  return rows.length === 0 ? orphans.map((line) => `${line}  ${mark}`) : [...lines, ...orphans];
}

/** A trace as one line, or as one for each root. */
export function renderLine({ traceId, reason, rows }: TraceTree, palette: Palette): string[] {
  const starts = rows.flatMap((row, index) => (row.depth === 0 ? { root: row.span, index } : []));
  return starts.map(({ root, index }, place) => {
    const spans = rows.slice(index, starts[place + 1]?.index).map(({ span }) => span);
    const errors = spans.filter((span) => describeSpan(span).isError).length;
    const { title, isError, problem } = describeSpan(root);
    const name = isError ? palette.red(`✗ ${title}`) : palette.bold(title);
    const counts = [countText(spans.length, 'span'), ...(errors === 0 ? [] : [countText(errors, 'error')])].join(', ');
    const mark = palette.dim(`${counts}  ${HEADINGS[reason]}trace ${traceId}`);
    const duration = durationText(hrTimeToMilliseconds(root.duration));
    return [name, duration, ...problem.slice(0, 1).map(palette.red), mark].join('  ');
  });
}

/** The lines that lead to a span, and those that go on beneath it. */
interface Guides {
  readonly branch: string;
  readonly below: string;
}

function renderRow({ span, logs, hasChildren }: SpanRow, { branch, below }: Guides, palette: Palette): string[] {
  const { title, isError, details, problem } = describeSpan(span);
  const name = isError ? palette.red(`✗ ${title}`) : palette.bold(title);
  const lead = palette.dim(`${below}${hasChildren ? '│  ' : '   '}`);
  const row = [`${palette.dim(branch)}${name}`, durationText(hrTimeToMilliseconds(span.duration))];
  return [
    [...row, ...(details === '' ? [] : [palette.dim(details)])].join('  '),
    ...problem.map((line, index) => `${lead}${index === 0 ? palette.red(line) : palette.dim(line)}`),
    ...logs.map((record) => `${lead}${describeLog(record, palette)}`),
  ];
}

function joined(guides: readonly string[]): string {
  return guides.length <= MAX_LEVELS ? guides.join('') : `… ${guides.slice(-MAX_LEVELS).join('')}`;
}

function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
