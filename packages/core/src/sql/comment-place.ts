import type { SqlDialect } from './token.js';
import { Tokenizer } from './tokenizer.js';

/** Longer statements are no queries that somebody looks for in a log, and reading them takes time. */
const MAX_LENGTH = 65_536;

interface Reading {
  readonly place: number | undefined;
  readonly ambiguous: boolean;
  readonly plausible: boolean;
}

/**
 * Where a comment can stand behind a statement: before the semicolons and the white space at its end.
 *
 * `undefined` where a comment can't stand, or is there already: when there is no statement, when it has a comment or a
 * hint, when a string, a name or a comment is not closed, when its end depends on how the server reads a backslash, and
 * when the text is longer than 65,536 characters. Takes linear time.
 */
export function commentPlace(text: string, dialect: SqlDialect): number | undefined {
  if (text.length > MAX_LENGTH || text.includes('\0')) {
    return undefined;
  }
  const backslashEscapes = dialect === 'mysql';
  const usual = read(text, dialect, backslashEscapes);
  if (!usual.plausible || (usual.ambiguous && read(text, dialect, !backslashEscapes).plausible)) {
    return undefined;
  }
  return usual.place;
}

function read(text: string, dialect: SqlDialect, backslashEscapes: boolean): Reading {
  const tokenizer = new Tokenizer(text, { dialect, backslashEscapes, cut: false });
  let place: number | undefined;
  while (tokenizer.next()) {
    const endsStatement = tokenizer.kind === 'symbol' && tokenizer.source() === ';';
    place = endsStatement ? place : tokenizer.end;
  }
  const { ambiguousAt, plausible, commented } = tokenizer;
  return { place: commented ? undefined : place, ambiguous: ambiguousAt !== -1, plausible };
}
