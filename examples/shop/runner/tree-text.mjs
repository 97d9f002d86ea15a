import { describeNode } from './span-details.mjs';
import { cut, formatDuration, wrap } from './text-format.mjs';
import { buildTree, withDescendants } from './trace-tree.mjs';

const SERVICE_COLUMNS = 11;
const DURATION_COLUMNS = 10;

/**
 * @typedef {object} Page
 * @property {import('./palette.mjs').Palette} palette
 * @property {number} width columns
 */

/**
 * A trace as a tree for people: service, span, duration and where in the trace it ran; beneath it what matters of it.
 * @param {import('./trace-store.mjs').Trace} trace
 * @param {Page} page
 * @returns {string} lines, with a line break at the end
 */
export function renderTrace(trace, { palette, width }) {
  const roots = buildTree(trace);
  const nodes = roots.flatMap(withDescendants);
  const startMillis = Math.min(...nodes.map(({ span }) => span.startMillis));
  const endMillis = Math.max(...nodes.map(({ span }) => span.startMillis + span.durationMillis));
  const barColumns = Math.floor(width * 0.26);
  const scene = {
    palette,
    width,
    barColumns,
    nameColumns: width - SERVICE_COLUMNS - DURATION_COLUMNS - barColumns - 2,
    startMillis,
    totalMillis: Math.max(endMillis - startMillis, 0.001),
  };
  const lines = roots.flatMap((root, index) => renderNode(root, scene, guidesOf('', index === roots.length - 1, true)));
  return [...renderHead(trace, roots, scene), ...lines, renderFoot(nodes, scene), ''].join('\n');
}

function renderHead({ traceId }, roots, { palette, width }) {
  const [root] = roots;
  const id = `trace ${traceId}`;
  const shown = cut(root ? nameOf(root.span) : 'no spans', width - id.length - 2);
  const painted = root?.span.isError ? palette.red(palette.bold(shown)) : palette.bold(shown);
  return [
    `${painted}${' '.repeat(width - id.length - shown.length)}${palette.dim(id)}`,
    palette.dim('─'.repeat(width)),
  ];
}

function renderNode(node, scene, guides) {
  const { span } = node;
  const { palette, nameColumns, width } = scene;
  const branch = keepEnd(guides.branch, nameColumns / 2);
  const name = cut(`${span.isError ? '✗ ' : ''}${nameOf(span)}`, nameColumns - branch.length - 1);
  const gap = ' '.repeat(nameColumns - branch.length - name.length);
  const row = [
    palette.service(span.service, cut(span.service, SERVICE_COLUMNS - 1).padEnd(SERVICE_COLUMNS)),
    palette.dim(branch),
    span.isError ? palette.red(name) : palette.bold(name),
    gap,
    formatDuration(span.durationMillis).padStart(DURATION_COLUMNS),
    '  ',
    renderBar(span, scene),
  ].join('');
  const below = keepEnd(`${guides.below}${node.children.length > 0 ? '│  ' : '   '}`, nameColumns / 2 + 3);
  const lead = `${' '.repeat(SERVICE_COLUMNS)}${palette.dim(below)}`;
  const details = describeNode(node, palette).flatMap(({ text, paint }) =>
    wrap(text, width - SERVICE_COLUMNS - below.length).map((line) => `${lead}${paint(line)}`),
  );
  const children = node.children.flatMap((child, index) =>
    renderNode(child, scene, guidesOf(guides.below, index === node.children.length - 1, false)),
  );
  return [row.trimEnd(), ...details, ...children];
}

function nameOf({ name, kind, attributes }) {
  const status = attributes['http.response.status_code'];
  return kind === 'SERVER' && status !== undefined ? `${name} → ${status}` : name;
}

/** The lines that lead to a node, and those that go on beneath it. */
function guidesOf(above, isLast, isRoot) {
  if (isRoot) {
    return { branch: '', below: '' };
  }
  return { branch: `${above}${isLast ? '└─ ' : '├─ '}`, below: `${above}${isLast ? '   ' : '│  '}` };
}

/** Of a very deep tree only the lines next to the name are shown. */
function keepEnd(lines, columns) {
  return lines.length <= columns ? lines : `… ${lines.slice(-3 * Math.floor((columns - 2) / 3))}`;
}

function renderBar(span, { palette, barColumns, startMillis, totalMillis }) {
  const scale = barColumns / totalMillis;
  const lead = Math.min(Math.floor((span.startMillis - startMillis) * scale), barColumns - 1);
  const length = Math.min(Math.max(Math.round(span.durationMillis * scale), 1), barColumns - lead);
  const bar = '━'.repeat(length);
  return `${' '.repeat(lead)}${span.isError ? palette.red(bar) : palette.service(span.service, bar)}`;
}

function renderFoot(nodes, { palette, totalMillis }) {
  const services = new Set(nodes.map(({ span }) => span.service)).size;
  const errors = nodes.filter(({ span }) => span.isError).length;
  const counts = [count(services, 'service'), count(nodes.length, 'span'), ...(errors ? [count(errors, 'error')] : [])];
  return palette.dim(`${' '.repeat(SERVICE_COLUMNS)}${[...counts, formatDuration(totalMillis)].join(' · ')}`);
}

function count(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
