import type * as Yaml from 'yaml';
import type { Environment } from '../env.js';
import type { FileContent, FileNode } from './file-node.js';
import type { FileProblems } from './file-problems.js';
import { substitute } from './substitution.js';

/** More places than any configuration has: aliases can stand for one another without end. */
const MAX_NODES = 20_000;
const MAX_DEPTH = 40;

/** What a tree is made with. */
export interface TreeSources {
  readonly yaml: typeof Yaml;
  readonly env: Environment;
  readonly problems: FileProblems;
}

/** Makes a tree of a text in YAML; `undefined`, with a problem, when it is none. */
export function parseTree(text: string, sources: TreeSources): FileNode | undefined {
  const { yaml, problems } = sources;
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { version: '1.2', lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    problems.unusable(firstLine(error.message), lines.linePos(error.pos[0]).line);
    return undefined;
  }
  const tree = new TreeBuilder(sources, document, lines);
  const root = tree.build(document.contents, { path: '', line: 1, depth: 0 });
  if (tree.isTooLarge) {
    problems.unusable('it is too large, or an alias stands within itself');
    return undefined;
  }
  return root;
}

interface Place {
  readonly path: string;
  readonly line: number;
  readonly depth: number;
}

class TreeBuilder {
  isTooLarge = false;
  private count = 0;

  constructor(
    private readonly sources: TreeSources,
    private readonly document: Yaml.Document.Parsed,
    private readonly lines: Yaml.LineCounter,
  ) {}

  build(given: unknown, place: Place): FileNode {
    const { yaml } = this.sources;
    const node: unknown = yaml.isAlias(given) ? given.resolve(this.document) : given;
    const { path, line, depth } = place;
    this.count += 1;
    if (this.count > MAX_NODES || depth > MAX_DEPTH) {
      this.isTooLarge = true;
      return { path, line, content: null, source: '' };
    }
    if (yaml.isMap(node)) {
      const entries = node.items.map(({ key, value }) => {
        const name = String(yaml.isScalar(key) ? key.value : key);
        const at = { path: pathOf(path, name), line: this.lineOf(key) ?? line, depth: depth + 1 };
        return [name, this.build(value, at)] as const;
      });
      return { path, line, content: new Map(entries), source: '' };
    }
    if (yaml.isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.build(item, { path: `${path}[${index}]`, line: this.lineOf(item) ?? line, depth: depth + 1 }),
      );
      return { path, line, content: items, source: '' };
    }
    return yaml.isScalar(node) ? this.scalar(node, place) : { path, line, content: null, source: '' };
  }

  private scalar({ value, source, type }: Yaml.Scalar, { path, line }: Place): FileNode {
    const { yaml, env, problems } = this.sources;
    const shown = typeof value === 'string' ? value : (source ?? '');
    if (typeof value !== 'string') {
      const isKnown = value === null || typeof value === 'boolean' || typeof value === 'number';
      return { path, line, content: isKnown ? value : shown, source: shown };
    }
    const text = substitute(value, env);
    if (text === undefined) {
      const place = { path, line, content: null, source: shown };
      problems.wrong(place, `${JSON.stringify(references(shown).slice(0, 200))} is no \${NAME} or \${NAME:-default}`);
      return place;
    }
    const content = text !== value && type === yaml.Scalar.PLAIN ? this.typed(text) : text;
    return { path, line, content, source: shown };
  }

  /** What a variable put in becomes a number, true, false or nothing, but never keys or entries. */
  private typed(text: string): FileContent {
    const { contents, errors } = this.sources.yaml.parseDocument(text, { version: '1.2' });
    const value: unknown = this.sources.yaml.isScalar(contents) ? contents.value : contents;
    const isTyped = value === null || typeof value === 'boolean' || typeof value === 'number';
    return errors.length === 0 && isTyped ? value : text;
  }

  private lineOf(node: unknown): number | undefined {
    const start = this.sources.yaml.isNode(node) ? node.range?.[0] : undefined;
    return start === undefined ? undefined : this.lines.linePos(start).line;
  }
}

/** A key that no format has is shown as a text, so that it can't be taken for anything else. */
function pathOf(parent: string, name: string): string {
  const shown = /^[\w/.-]{1,100}$/.test(name) ? name : JSON.stringify(name.slice(0, 100));
  return parent === '' ? shown : `${parent}.${shown}`;
}

function firstLine(message: string): string {
  return message.slice(0, 200).split('\n', 1)[0] ?? '';
}

/** What is around the references of a value can be a key, and is not shown. */
function references(text: string): string {
  return (text.match(/\$\{[^}]*\}?/g) ?? []).join(' ');
}
