/** The severity from which on log records are sent. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** What is done with the lines that the application logs by pino, winston, Nest's `Logger` and `console`. */
export interface LogOptions {
  /**
   * Whether lines that are written inside a span carry its `trace_id`, `span_id` and `trace_flags`. Lines outside, and
   * what goes through `console`, stay as they are.
   *
   * @default true
   */
  readonly correlation?: boolean;
  /**
   * Whether a line of `console` that is written inside a span ends in its ids too. It changes what the program prints.
   *
   * @default false
   */
  readonly correlateConsole?: boolean;
  /**
   * Whether every record goes to the destinations too.
   *
   * @default true
   */
  readonly send?: boolean;
  /**
   * The least severe records that are sent; the loggers' own levels hold beside it.
   *
   * @default 'info'
   */
  readonly level?: LogLevel;
  /**
   * The body of the records that are sent: the message, or JSON with the message and the fields, for backends that look
   * into the body alone. The fields are attributes in both cases.
   *
   * @default 'text'
   */
  readonly body?: 'text' | 'json';
}
