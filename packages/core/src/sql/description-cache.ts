import type { SqlDescription } from './sql-description.js';

/** Bounds of a `DescriptionCache`. */
export interface DescriptionCacheLimits {
  readonly maxEntries: number;
  /** Bound on what the entries hold, in bytes, at two per character. */
  readonly maxBytes: number;
  /** The longest text, in characters, that is kept. */
  readonly maxTextLength: number;
}

/** The limits that `describeSql` uses. */
const DEFAULT_CACHE_LIMITS: DescriptionCacheLimits = {
  maxEntries: 1000,
  maxBytes: 2 * 1024 * 1024,
  maxTextLength: 4096,
};

const BYTES_PER_CHARACTER = 2;
const BYTES_PER_ENTRY = 128;

/**
 * Keeps descriptions by text in two generations, each with half of the limits.
 * A full young generation becomes the old one, so that texts seen again stay and a flood of single ones passes through.
 */
export class DescriptionCache {
  private readonly limits: DescriptionCacheLimits;
  private young = new Map<string, SqlDescription>();
  private old = new Map<string, SqlDescription>();
  private youngBytes = 0;
  private oldBytes = 0;

  constructor(limits: DescriptionCacheLimits = DEFAULT_CACHE_LIMITS) {
    this.limits = limits;
  }

  /** Number of entries. */
  get size(): number {
    return this.young.size + this.old.size;
  }

  /** Estimated size of the entries, in bytes. */
  get bytes(): number {
    return this.youngBytes + this.oldBytes;
  }

  /** Returns what was kept for a text. */
  get(text: string): SqlDescription | undefined {
    const found = this.young.get(text);
    if (found !== undefined) {
      return found;
    }
    const aged = this.old.get(text);
    if (aged === undefined) {
      return undefined;
    }
    this.old.delete(text);
    this.oldBytes -= entryBytes(text, aged);
    this.set(text, aged);
    return aged;
  }

  /** Keeps a description, unless its text is too long. */
  set(text: string, description: SqlDescription): void {
    const { maxEntries, maxBytes, maxTextLength } = this.limits;
    const bytes = entryBytes(text, description);
    if (text.length > maxTextLength || bytes > maxBytes / 2 || this.young.has(text)) {
      return;
    }
    if (this.young.size + 1 > maxEntries / 2 || this.youngBytes + bytes > maxBytes / 2) {
      this.old = this.young;
      this.oldBytes = this.youngBytes;
      this.young = new Map();
      this.youngBytes = 0;
    }
    this.young.set(text, description);
    this.youngBytes += bytes;
  }
}

function entryBytes(text: string, { summary, sanitizedText }: SqlDescription): number {
  return BYTES_PER_ENTRY + BYTES_PER_CHARACTER * (text.length + summary.length + sanitizedText.length);
}
