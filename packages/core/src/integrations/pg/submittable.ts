import { context } from '@opentelemetry/api';
import type { DatabaseOperation } from '../../database/database-operation.js';
import { guarded } from '../../diagnostics/guarded.js';
import { replaceOwnMethod } from '../../own-method.js';
import { sharedState } from '../../shared-state.js';
import type { Method } from '../loading/wrapped-methods.js';
import { endingCallback, isCallback, ownCallback } from './driver-callback.js';
import { queryFailure, queryOutcome } from './query-outcome.js';

/**
 * What a client takes as a query that runs itself: a `Query`, a cursor, a stream. The client tells it what the server
 * answers by its `handle…` methods; the native client lets it emit `end` and calls `handleError`.
 *
 * @see https://node-postgres.com/apis/cursor
 */
export interface Submittable {
  readonly submit: Method;
  /** The native client has no use for it. */
  readonly handleReadyForQuery?: unknown;
  readonly pipe?: unknown;
  callback?: unknown;
}

/** How far the query has come that an object is submitted for. */
interface Submission {
  readonly operation: DatabaseOperation;
  hasColumns: boolean;
  rows: number;
}

/** What a method does beside its own work. */
interface Watch {
  readonly before?: (submission: Submission, args: readonly unknown[]) => void;
  readonly after?: (submission: Submission, args: readonly unknown[]) => void;
}

/** Every method that the client calls with what the server has sent. */
const WATCHES: Readonly<Record<string, Watch>> = {
  submit: {},
  handleRowDescription: { before: (submission) => void (submission.hasColumns = true) },
  handleDataRow: { before: (submission) => void (submission.rows += 1) },
  handlePortalSuspended: {},
  handleEmptyQuery: {},
  handleCommandComplete: {},
  handleCopyInResponse: {},
  handleCopyData: {},
  // Afterwards: a row that could not be parsed is told of only now.
  handleReadyForQuery: { after: (submission) => endSubmission(submission) },
};

const ERROR_WATCH: Watch = { before: (submission, [error]) => endWithError(submission, error) };

/** The native client's queries add the SQLSTATE to the error as they handle it, and then tell of it. */
const NATIVE_ERROR_WATCH: Watch = { after: (submission, [error]) => endWithError(submission, error) };

/** A cursor's, with callbacks of their own. */
const ASKING_METHODS = ['read', 'close'];

/** Whether the first argument of `client.query` is a query that runs itself. */
export function isSubmittable(value: unknown): value is Submittable & object {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && typeof (value as { submit?: unknown }).submit === 'function';
}

/**
 * Follows a query that runs itself to its end, and lets all that it calls back and emits go on in the context of
 * whoever asked for it. Its methods are watched on the object alone.
 *
 * @returns the arguments for the driver
 */
export function watchSubmittable(
  submittable: Submittable & object,
  operation: DatabaseOperation,
  args: readonly unknown[],
): unknown[] {
  const earlier = submissions().get(submittable);
  const submission = { operation, hasColumns: false, rows: 0 };
  if (earlier === undefined) {
    watchMethods(submittable);
  }
  submissions().set(submittable, submission);
  // An object that is submitted again tells of its first query no more.
  earlier?.operation.end();
  if (isCallback(submittable.callback)) {
    submittable.callback = submittedCallback(submittable, submission, submittable.callback);
  }
  return args.map((arg, index) => (index > 0 && isCallback(arg) ? submittedCallback(submittable, submission, arg) : arg));
}

/** The driver keeps callbacks in the application's object, where its own is to be found again after the end. */
function submittedCallback(submittable: Submittable, submission: Submission, callback: Method): Method {
  const restore = guarded('restoring a callback', () => {
    if (submittable.callback === ending) {
      submittable.callback = ownCallback(ending);
    }
  });
  const ending = endingCallback(callback, submission.operation, (_operation, error, result) => {
    endSubmission(submission, error, result);
    restore();
  });
  return ending;
}

function submissions(): WeakMap<object, Submission> {
  return sharedState('integrations.pg.submissions', () => new WeakMap());
}

function watchMethods(submittable: Submittable): void {
  for (const [name, watch] of Object.entries(WATCHES)) {
    replaceOwn(submittable, name, (original) => watchedMethod(submittable, original, watch));
  }
  const errorWatch = isNative(submittable) ? NATIVE_ERROR_WATCH : ERROR_WATCH;
  replaceOwn(submittable, 'handleError', (original) => watchedMethod(submittable, original, errorWatch));
  replaceOwn(submittable, 'emit', (original) => watchedEmit(submittable, original));
  if (typeof submittable.pipe !== 'function') {
    ASKING_METHODS.forEach((name) => replaceOwn(submittable, name, answerWhoAsked));
  }
}

/** On the object alone, and not to be seen where it is copied or printed. */
function replaceOwn(submittable: object, name: string, wrap: (original: Method) => Method): void {
  if (typeof Reflect.get(submittable, name) === 'function') {
    replaceOwnMethod(submittable, name, wrap);
  }
}

function watchedMethod(submittable: object, original: Method, { before, after }: Watch): Method {
  return function watched(...args) {
    const submission = submissions().get(submittable);
    if (submission === undefined) {
      return original.apply(this, args);
    }
    before?.(submission, args);
    try {
      return context.with(submission.operation.callerContext, original, this, ...args);
    } finally {
      after?.(submission, args);
    }
  };
}

/** Its events are all that a query of the native client tells; others tell of their end before. */
function watchedEmit(submittable: Submittable, original: Method): Method {
  return function emit(...args) {
    const submission = submissions().get(submittable);
    if (submission === undefined) {
      return original.apply(this, args);
    }
    if (args[0] === 'end') {
      endSubmission(submission, undefined, args[1]);
    } else if (args[0] === 'error' && isNative(submittable)) {
      endWithError(submission, args[1]);
    }
    return context.with(submission.operation.callerContext, original, this, ...args);
  };
}

/** The rows are counted as they pass: a cursor's result has those of its last read alone. */
function endSubmission({ operation, hasColumns, rows }: Submission, error?: unknown, result?: unknown): void {
  const outcome = queryOutcome(error, result);
  operation.end(hasColumns && outcome.failure === undefined ? { returnedRows: rows } : outcome);
}

function isNative({ handleReadyForQuery }: Submittable): boolean {
  return typeof handleReadyForQuery !== 'function';
}

function endWithError({ operation }: Submission, error: unknown): void {
  operation.end({ failure: queryFailure(error) });
}

/** Whoever reads from a cursor is not always who opened it. */
function answerWhoAsked(original: Method): Method {
  return function asked(...args) {
    const asker = context.active();
    return original.apply(
      this,
      args.map((arg) => (isCallback(arg) ? context.bind(asker, arg) : arg)),
    );
  };
}
