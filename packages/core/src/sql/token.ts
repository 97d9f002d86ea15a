/** Dialects that are read; MariaDB reads as `mysql`. */
export type SqlDialect = 'postgresql' | 'mysql';

/** How a text is read. */
export interface ReadingOptions {
  readonly dialect: SqlDialect;
  /** Whether a backslash escapes in a plain string. */
  readonly backslashEscapes: boolean;
  /** Whether the text was cut, so that an unfinished token at its end says nothing against this reading. */
  readonly cut: boolean;
}

/** What a token is; the last three are the borders of a comment that the server obeys or executes. */
export type TokenKind =
  'word' | 'quoted' | 'literal' | 'placeholder' | 'symbol' | 'open-hint' | 'open-code' | 'close-comment';

/** A token of a statement, as the readers see it. */
export interface Token {
  readonly kind: TokenKind;
  /** Whether white space or a comment stands before the token. */
  readonly gap: boolean;
  /** Whether the token is inside a hint, which says nothing about what the statement does. */
  readonly inHint: boolean;
  /** The source text of the token. */
  source(): string;
  /** The source text in upper case; as it is where it is longer than any keyword. */
  upper(): string;
}
