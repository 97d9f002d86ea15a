import type { FinishedSpan } from './finished-span.js';

/** A span with the spans beneath it. */
export interface SpanTree extends FinishedSpan {
  /** In the order in which they began. */
  readonly children: readonly SpanTree[];
}

/** Puts spans beneath their parents; a span whose parent is not among them is the root of a tree. */
export function spanTrees(spans: readonly FinishedSpan[]): readonly SpanTree[] {
  const nodes = new Map(spans.map((span) => [span.spanId, { ...span, children: [] as SpanTree[] }]));
  const roots: SpanTree[] = [];
  for (const node of [...nodes.values()].toSorted((left, right) => left.startMillis - right.startMillis)) {
    (nodes.get(node.parentSpanId ?? '')?.children ?? roots).push(node);
  }
  return roots;
}

/** Trees as text, with one line for each span. */
export function showTrees(trees: readonly SpanTree[], indent = '  '): string {
  return trees
    .map(({ name, kind, status, attributes, children }) => {
      const line = `${indent}${name} [${kind}, ${status}] ${JSON.stringify(attributes)}`;
      return [line, ...(children.length === 0 ? [] : [showTrees(children, `${indent}  `)])].join('\n');
    })
    .join('\n');
}
