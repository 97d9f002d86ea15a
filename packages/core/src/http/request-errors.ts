import type { TimeInput } from '@opentelemetry/api';
import { describeException, errorStatusCode, type ExceptionFacts } from '../tracing/exception.js';

/** An error that was thrown or passed on while a request was handled. */
export interface RequestError {
  readonly facts: ExceptionFacts;
  /** The error's class; a text or a number that was thrown has none. */
  readonly className: string | undefined;
  readonly time: TimeInput;
  /** Whether the error says of itself that the client is to blame. */
  readonly blamesClient: boolean;
  /** Whether the response had begun, so that no error handler could answer the error any more. */
  readonly afterHeaders: boolean;
}

/** A request that fails over and over again in its error handlers keeps its first errors. */
const MAX_ERRORS = 8;

/** The errors of one request, each once however often a framework passes it on. */
export class RequestErrors {
  private readonly seen = new Set<unknown>();
  private readonly errors: RequestError[] = [];

  add(thrown: unknown, afterHeaders: boolean): void {
    if (this.seen.has(thrown) || this.errors.length >= MAX_ERRORS) {
      return;
    }
    this.seen.add(thrown);
    const status = errorStatusCode(thrown);
    const facts = describeException(thrown);
    this.errors.push({
      facts,
      className: typeof thrown === 'object' && thrown !== null ? facts.type : undefined,
      time: Date.now(),
      afterHeaders,
      blamesClient: status !== undefined && status >= 400 && status < 500,
    });
  }

  get all(): readonly RequestError[] {
    return this.errors;
  }

  /**
   * The errors that are recorded as events: all of a request that failed, and those that the application has recovered
   * from. An answer of 4xx, or an error that asks for one, says that the client is to blame, and leaves no event.
   */
  recordedFor({ failed, statusCode = 0 }: { readonly failed: boolean; readonly statusCode: number | undefined }): readonly RequestError[] {
    if (failed) {
      return this.errors;
    }
    return statusCode >= 400 && statusCode < 500 ? [] : this.errors.filter((error) => !error.blamesClient);
  }

  /** The error that decided how the response ended. */
  get last(): RequestError | undefined {
    return this.errors.at(-1);
  }
}
