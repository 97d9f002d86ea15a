import type * as Yaml from 'yaml';
import type { Environment } from '../env.js';
import type { FileContent, FileNode } from './file-node.js';
import type { FileProblems } from './file-problems.js';
import { substitute } from './substitution.js';

/** More places than any configuration has: aliases can stand for one another without end. */
const MAX_NODES = 20_000;
const MAX_DEPTH = 40;
/** To find what an alias stands for is to go through the file. */
const ALIAS_WEIGHT = 20;

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
  const lineOf = ({ pos }: Yaml.YAMLError): number => lines.linePos(pos[0]).line;
  const [error] = document.errors;
  if (error !== undefined) {
    problems.unusable(complaintOf(error), lineOf(error));
    return undefined;
  }
  // A tag or a directive that nobody knows: what it stands before is read without it.
  document.warnings.forEach((warning) => problems.doubtful(lineOf(warning), complaintOf(warning)));
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
    const { yaml, problems } = this.sources;
    const { path, line, depth } = place;
    this.count += yaml.isAlias(given) ? ALIAS_WEIGHT : 1;
    if (this.count > MAX_NODES || depth > MAX_DEPTH) {
      this.isTooLarge = true;
      return { path, line, content: null, source: '' };
    }
    const node: unknown = yaml.isAlias(given) ? given.resolve(this.document) : given;
    if (yaml.isAlias(given) && node === undefined) {
      const missing = { path, line, content: null, source: '' };
      problems.wrong(missing, 'an alias that stands for nothing before it');
      return missing;
    }
    if (yaml.isMap(node)) {
      return { path, line, content: this.entries(node, place), source: '' };
    }
    if (yaml.isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.build(item, { path: `${path}[${index}]`, line: this.lineOf(item) ?? line, depth: depth + 1 }),
      );
      return { path, line, content: items, source: '' };
    }
    return yaml.isScalar(node) ? this.scalar(node, place) : { path, line, content: null, source: '' };
  }

  private entries({ items }: Yaml.YAMLMap, { path, line, depth }: Place): ReadonlyMap<string, FileNode> {
    const { yaml, problems } = this.sources;
    const entries = new Map<string, FileNode>();
    for (const { key, value } of items) {
      const name = String(yaml.isScalar(key) ? key.value : key);
      const node = this.build(value, { path: pathOf(path, name), line: this.lineOf(key) ?? line, depth: depth + 1 });
      if (entries.has(name)) {
        // YAML tells 1 and "1" apart, the format does not.
        problems.wrong(node, 'this key stands there twice');
      } else {
        entries.set(name, node);
      }
    }
    return entries;
  }

  private scalar({ value, source, type, tag }: Yaml.Scalar, { path, line }: Place): FileNode {
    const { yaml, env, problems } = this.sources;
    const shown = typeof value === 'string' ? value : (source ?? '');
    if (typeof value !== 'string') {
      const isKnown = value === null || typeof value === 'boolean' || typeof value === 'number';
      return { path, line, content: isKnown ? value : shown, source: shown, ...(value === null ? {} : { text: shown }) };
    }
    const text = substitute(value, env);
    if (text === undefined) {
      const place = { path, line, content: null, source: shown };
      problems.wrong(place, `${JSON.stringify(references(shown).slice(0, 200))} is no \${NAME} or \${NAME:-default}`);
      return place;
    }
    const isTyped = text !== value && type === yaml.Scalar.PLAIN && tag === undefined;
    return { path, line, content: isTyped ? this.typed(text) : text, source: shown, text };
  }

  /** What a variable put in becomes a number, true, false or nothing, but never keys or entries. */
  private typed(text: string): FileContent {
    if (text.trim() === '') {
      return null;
    }
    const { contents } = this.sources.yaml.parseDocument(text, { version: '1.2' });
    // With an anchor, a tag or a comment it is more than a number.
    const isWhole = this.sources.yaml.isScalar(contents) && contents.source === text.trim();
    const value: unknown = isWhole ? contents.value : text;
    return value === null || typeof value === 'boolean' || typeof value === 'number' ? value : text;
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

/** Without what it quotes of the file: a key without quotes can begin like a tag, an alias or an escape. */
function complaintOf({ message }: Yaml.YAMLError): string {
  return (message.slice(0, 200).split(/: |\\|\n/, 1)[0] ?? '').trim();
}

/** What is around the references of a value can be a key, and is not shown. */
function references(text: string): string {
  return (text.match(/\$\{[^}]*\}?/g) ?? []).join(' ');
}
