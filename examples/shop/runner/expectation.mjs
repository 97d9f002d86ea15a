import { buildTree, withDescendants } from './trace-tree.mjs';

/**
 * A span that has to be in a trace, and those that have to be beneath it.
 * @typedef {object} ExpectedSpan
 * @property {string} service
 * @property {string} name
 * @property {boolean} [fails] whether it has to be an error; without it, it must not be one
 * @property {ExpectedSpan[]} beneath
 */

/**
 * @param {string} service
 * @param {string} name
 * @param {ExpectedSpan[]} [beneath]
 * @returns {ExpectedSpan}
 */
export function expectSpan(service, name, beneath = []) {
  return { service, name, beneath };
}

/**
 * The same for a span that ends in an error.
 * @param {string} service
 * @param {string} name
 * @param {ExpectedSpan[]} [beneath]
 * @returns {ExpectedSpan}
 */
export function expectFailure(service, name, beneath = []) {
  return { service, name, beneath, fails: true };
}

/**
 * Compares a trace with what is expected of it.
 * @param {import('./trace-store.mjs').Trace} trace
 * @param {ExpectedSpan} expected its root
 * @returns {string[]} one sentence for everything that is missing or wrong; empty when all is there
 */
export function findProblems(trace, expected) {
  const roots = buildTree(trace);
  const [root] = roots;
  if (!root) {
    return ['no span has come'];
  }
  if (roots.length > 1) {
    const names = roots.map(({ span }) => describe(span)).join(', ');
    return [`it is not one tree; these spans are beneath no other: ${names}`];
  }
  if (!isMatch(root.span, expected)) {
    return [`its root is ${describe(root.span)}, not ${describe(expected)}`];
  }
  return compare(root, expected);
}

function compare(node, expected) {
  const problems = [];
  if (node.span.isError !== Boolean(expected.fails)) {
    problems.push(`${describe(expected)} ${expected.fails ? 'is no error' : 'is an error'}`);
  }
  if (expected.fails && node.span.kind === 'SERVER' && !node.span.events.some(({ name }) => name === 'exception')) {
    problems.push(`${describe(expected)} does not tell the exception`);
  }
  const candidates = node.children.flatMap(withDescendants);
  for (const child of expected.beneath) {
    const found = candidates.filter(({ span }) => isMatch(span, child)).map((candidate) => compare(candidate, child));
    // Of several calls of the same name it is the one that fits best.
    const [fewest] = found.toSorted((one, other) => one.length - other.length);
    problems.push(...(fewest ?? [`${describe(child)} is missing beneath ${describe(expected)}`]));
  }
  return problems;
}

function isMatch(span, expected) {
  return span.service === expected.service && span.name === expected.name;
}

function describe({ service, name }) {
  return `"${name}" of ${service}`;
}
