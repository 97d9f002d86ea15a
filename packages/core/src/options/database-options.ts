/** How much of a statement's text is recorded as `db.query.text`: without its values, as it is, or not at all. */
export type QueryTextMode = 'sanitized' | 'raw' | 'off';

/** What is recorded of databases and caches. */
export interface DatabaseOptions {
  /**
   * How `db.query.text` is recorded.
   *
   * @default 'sanitized'
   */
  readonly queryText?: QueryTextMode;
  /**
   * Whether the values of a statement's placeholders are recorded as `db.query.parameter.<key>`: their names, or their
   * positions from 0 on. They are not redacted.
   *
   * @default false
   */
  readonly queryParameters?: boolean;
  /**
   * Whether a query outside any span gets a span of its own, which starts a trace.
   *
   * @default false
   */
  readonly rootQueries?: boolean;
  /**
   * The duration from which on a query's span has an event `db.query.slow`, in milliseconds.
   *
   * @default none is slow
   */
  readonly slowQueryMillis?: number;
  /**
   * Whether the arguments of cache commands are recorded as `db.query.text`: keys as they are, values as `?`.
   *
   * @default false the command's name alone
   */
  readonly commandArguments?: boolean;
  /**
   * Whether statements end in a comment that tells the database the trace, the service and the route that they come from.
   *
   * @default false
   * @see https://google.github.io/sqlcommenter/spec/
   */
  readonly sqlCommenter?: boolean;
}
