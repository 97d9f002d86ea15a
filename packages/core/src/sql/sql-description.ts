/** What telemetry may say of a statement. */
export interface SqlDescription {
  /** Value of `db.query.summary`: operations and their targets, at most 255 characters, never a literal; may be empty. */
  readonly summary: string;
  /** Value of `db.query.text`: one line without literals and comments, at most 4,096 characters. */
  readonly sanitizedText: string;
}
