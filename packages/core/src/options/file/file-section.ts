import { isList, isMapping, type FileContent, type FileNode } from './file-node.js';
import type { FileProblems } from './file-problems.js';

/** How a value is read. */
export interface FileValue<T> {
  /** `undefined` for a value that is wrong. */
  readonly parse: (content: FileContent, node: FileNode) => T | undefined;
  /** What is right, for the message: `a whole number from 0`. */
  readonly allowed: string;
  /** What the message shows of it; `undefined` for what can be a secret. By default it is shown as it stands in the file. */
  readonly show?: (source: string) => string | undefined;
}

const EMPTY: ReadonlyMap<string, FileNode> = new Map();

/**
 * A place of a configuration file with its keys. Every key is asked for by one of the methods; those that nobody has
 * asked for are told when the section is closed. What is left out or null counts as not set.
 */
export class FileSection {
  private readonly asked = new Set<string>();
  private readonly entries: ReadonlyMap<string, FileNode>;

  constructor(
    readonly node: FileNode,
    private readonly problems: FileProblems,
  ) {
    const { content } = node;
    this.entries = isMapping(content) ? content : EMPTY;
    if (content !== null && !isMapping(content)) {
      problems.wrong(node, `${shape(node)} is not a mapping`);
    }
  }

  /** Reads everything of this section, and then tells of what is not known. */
  static read<T>(section: FileSection, read: (section: FileSection) => T): T {
    const result = read(section);
    section.close();
    return result;
  }

  /** Whether a key stands here, with or without a value. */
  has(key: string): boolean {
    this.asked.add(key);
    return this.entries.has(key);
  }

  /** One value. */
  value<T>(key: string, { parse, allowed, show = (source) => source }: FileValue<T>): T | undefined {
    const node = this.ask(key);
    if (node === undefined || node.content === null) {
      return undefined;
    }
    const value = parse(node.content, node);
    if (value === undefined) {
      this.problems.wrong(node, `${shown(node, show)} is not ${allowed}`);
    }
    return value;
  }

  /** A text that can be a secret, whatever it looks like; empty where variables put in nothing. */
  secretText(key: string): string | undefined {
    const node = this.ask(key);
    if (node !== undefined && node.text === undefined && node.content !== null) {
      this.problems.wrong(node, `${shape(node)} is not a text`);
    }
    return node?.text;
  }

  /** The value of a key that earlier versions of the format had: it is not among those that are allowed. */
  older<T>(key: string, value: FileValue<T>): T | undefined {
    return this.entries.has(key) ? this.value(key, value) : undefined;
  }

  /** The section of a key; `undefined` where the key does not stand here. */
  section(key: string): FileSection | undefined {
    const node = this.ask(key);
    return node === undefined ? undefined : new FileSection(node, this.problems);
  }

  /** The entries of a key; none where it does not stand here. */
  list(key: string): readonly FileNode[] {
    const node = this.ask(key);
    if (node === undefined || node.content === null) {
      return [];
    }
    if (isList(node.content)) {
      return node.content;
    }
    this.problems.wrong(node, `${shape(node)} is not a list`);
    return [];
  }

  /** The entries of a key that are values; wrong ones are left out. */
  values<T>(key: string, { parse, allowed }: FileValue<T>): readonly T[] {
    return this.list(key).flatMap((node) => {
      const value = parse(node.content, node);
      if (value === undefined) {
        this.problems.wrong(node, `${shown(node)} is not ${allowed}`);
      }
      return value ?? [];
    });
  }

  /** The sections that are the entries of a key. */
  sections(key: string): readonly FileSection[] {
    return this.list(key).map((node) => new FileSection(node, this.problems));
  }

  /** The one key of a section that stands for a choice; a problem when it is none or several. */
  choice(allowed: readonly string[], unsupported: readonly string[] = []): { readonly name: string; readonly section: FileSection } | undefined {
    this.unsupported(unsupported);
    const given = allowed.filter((key) => this.has(key));
    const [name] = given;
    const section = name === undefined ? undefined : this.section(name);
    const { content } = this.node;
    // What is no mapping, or has other keys, is told already.
    const isEmpty = content === null || (isMapping(content) && content.size === 0);
    if (given.length > 1 || isEmpty) {
      this.problems.wrong(this.node, `${isEmpty ? 'it' : 'it has several keys and'} is not one of ${allowed.join(', ')}`);
    }
    this.close();
    return name === undefined || section === undefined || given.length > 1 ? undefined : { name, section };
  }

  /** Keys of the format that Otelier does nothing with: told when they hold something. */
  unsupported(keys: readonly string[]): void {
    for (const key of keys) {
      const node = this.ask(key, false);
      if (node !== undefined) {
        this.problems.unsupported(node);
      }
    }
  }

  /** A problem of this section as a whole. */
  wrong(what: string): void {
    this.problems.wrong(this.node, what);
  }

  /** What Otelier does not have of this section as a whole. */
  leaveOut(what?: string): void {
    this.problems.unsupported(this.node, what);
  }

  private close(): void {
    for (const [key, node] of this.entries) {
      if (!this.asked.has(key)) {
        this.problems.wrong(node, 'there is no such key', `it is left out. Allowed: ${[...this.asked].join(', ')}`);
      }
    }
  }

  private ask(key: string, isKnown = true): FileNode | undefined {
    if (isKnown || this.entries.has(key)) {
      this.asked.add(key);
    }
    return this.entries.get(key);
  }
}

function shown({ content, source }: FileNode, show: FileValue<unknown>['show'] = String): string {
  if (isMapping(content)) {
    return 'a mapping';
  }
  const text = show(source);
  return isList(content) ? 'a list' : text === undefined ? 'its value' : JSON.stringify(text.slice(0, 200));
}

/** A text in the place of entries can be a key, and is not shown. */
function shape(node: FileNode): string {
  return typeof node.content === 'string' ? 'a text' : shown(node);
}
