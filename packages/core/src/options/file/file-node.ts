/** What stands at one place of a configuration file. */
export type FileContent = null | boolean | number | string | readonly FileNode[] | ReadonlyMap<string, FileNode>;

/** One place of a configuration file, with its variables put in. */
export interface FileNode {
  /** Such as `tracer_provider.processors[0].batch`; empty for the whole file. */
  readonly path: string;
  /** From 1 on. */
  readonly line: number;
  readonly content: FileContent;
  /**
   * What stands there for a field that holds a text, whatever it looks like: `00123456` is no number there, and what is
   * not set is empty. `undefined` for nothing at all, keys and entries.
   */
  readonly text?: string;
  /** What messages show of a text, a number or the like: as it stands in the file, without what a variable put in. */
  readonly source: string;
}

/** Whether a place has keys. */
export function isMapping(content: FileContent): content is ReadonlyMap<string, FileNode> {
  return content instanceof Map;
}

/** Whether a place has entries. */
export function isList(content: FileContent): content is readonly FileNode[] {
  return Array.isArray(content);
}
