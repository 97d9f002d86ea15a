/**
 * @typedef {object} TreeNode
 * @property {import('./span-decoder.mjs').Span} span
 * @property {import('./trace-store.mjs').LogLine[]} logs written while this span was active
 * @property {TreeNode[]} children in the order they started
 */

/**
 * Puts the spans of a trace beneath their parents. A span whose parent has not come is a root.
 * @param {import('./trace-store.mjs').Trace} trace
 * @returns {TreeNode[]} the roots in the order they started
 */
export function buildTree({ spans, logs }) {
  const nodes = new Map(
    spans.map((span) => [
      span.spanId,
      { span, logs: logs.filter((line) => line.spanId === span.spanId), children: [] },
    ]),
  );
  const ordered = [...nodes.values()].sort((left, right) => left.span.startMillis - right.span.startMillis);
  const roots = [];
  for (const node of ordered) {
    const siblings = nodes.get(node.span.parentSpanId)?.children ?? roots;
    siblings.push(node);
  }
  return roots;
}

/**
 * The node itself and everything beneath it, top down.
 * @param {TreeNode} node
 * @returns {TreeNode[]}
 */
export function withDescendants(node) {
  return [node, ...node.children.flatMap(withDescendants)];
}
