import { heldState } from '../shared-state.js';
import { DescriptionCache } from './description-cache.js';
import { Sanitizer } from './sanitizer.js';
import type { SqlDescription } from './sql-description.js';
import { Summarizer } from './summarizer.js';
import type { ReadingOptions, SqlDialect } from './token.js';
import { Tokenizer } from './tokenizer.js';

export type { SqlDialect } from './token.js';

/** The longest text, in characters, that is read; what stands behind it is not looked at. */
const MAX_SCANNED_LENGTH = 65_536;

const EMPTY: SqlDescription = Object.freeze({ summary: '', sanitizedText: '' });

const caches = {
  postgresql: heldState('sql.descriptions.postgresql', () => new DescriptionCache()),
  mysql: heldState('sql.descriptions.mysql', () => new DescriptionCache()),
};

interface Reading extends SqlDescription {
  readonly ambiguousAt: number;
  readonly plausible: boolean;
}

/**
 * Describes a statement for a span: its summary and its text without values.
 * Never throws; takes linear time; a value that is not a string gives empty strings, an unknown dialect is PostgreSQL.
 *
 * Whether a backslash escapes a quote depends on the server (`NO_BACKSLASH_ESCAPES`, `standard_conforming_strings`).
 * A text where that matters is read both ways. The dialect's default counts where the text could be SQL in that reading
 * alone; else everything from the first string in question on becomes `?`.
 */
export function describeSql(text: string, dialect: SqlDialect): SqlDescription {
  if (typeof text !== 'string') {
    return EMPTY;
  }
  const known: SqlDialect = dialect === 'mysql' ? 'mysql' : 'postgresql';
  const cache = caches[known]();
  const cached = cache.get(text);
  if (cached !== undefined) {
    return cached;
  }
  const description = analyzeSql(text, known);
  cache.set(text, description);
  return description;
}

/** Describes a statement without the cache. */
export function analyzeSql(text: string, dialect: SqlDialect): SqlDescription {
  const cut = text.length > MAX_SCANNED_LENGTH;
  const scanned = cut ? text.slice(0, MAX_SCANNED_LENGTH) : text;
  const { summary, sanitizedText } = readUnambiguously(scanned, dialect, cut);
  return Object.freeze({ summary, sanitizedText });
}

function readUnambiguously(text: string, dialect: SqlDialect, cut: boolean): Reading {
  const backslashEscapes = dialect === 'mysql';
  const usual = read(text, { dialect, backslashEscapes, cut });
  if (usual.ambiguousAt === -1) {
    return usual;
  }
  const other = read(text, { dialect, backslashEscapes: !backslashEscapes, cut });
  if (usual.plausible && !other.plausible) {
    return usual;
  }
  const opaqueFromThere = `${text.slice(0, usual.ambiguousAt)}'`;
  return read(opaqueFromThere, { dialect, backslashEscapes, cut: false });
}

function read(text: string, options: ReadingOptions): Reading {
  const tokenizer = new Tokenizer(text, options);
  const sanitizer = new Sanitizer(options.dialect);
  const summarizer = new Summarizer();
  while (tokenizer.next()) {
    sanitizer.accept(tokenizer);
    summarizer.accept(tokenizer);
  }
  return {
    summary: summarizer.finish(),
    sanitizedText: sanitizer.finish(options.cut),
    ambiguousAt: tokenizer.ambiguousAt,
    plausible: tokenizer.plausible,
  };
}
