import type { Context } from '@opentelemetry/api';
import type { TraceFields } from '../../logs/trace-fields.js';

/** An error with the message that it had when it was logged. */
export interface LoggedError {
  readonly error: Error;
  readonly message: string;
}

/** A line on its way through a logger. */
export interface LoggedLine {
  /** That of whoever logged it. */
  readonly within: Context;
  readonly timeMillis: number;
  /** The error that was logged, if any: formats can change it, and what it was logged in. */
  readonly logged: LoggedError | undefined;
  /** Those that were put into it. */
  readonly fields: TraceFields | undefined;
  /** Whether it has a record, which is decided when it is logged. */
  readonly isRecorded: boolean;
}

/** Whose line is the one that the application shows. */
export type Writer = 'nobody' | 'the logger' | 'another logger' | 'a transport';
