import { context, type Context } from '@opentelemetry/api';
import type { Logger } from '@opentelemetry/api-logs';
import { isTracingSuppressed } from '@opentelemetry/core';
import type { ResolvedLogOptions } from '../options/resolved-options.js';
import { sharedState } from '../shared-state.js';
import { SEVERITY } from './severity.js';
import { traceFields, type TraceFields } from './trace-fields.js';

/** What the set-up that runs does with logs. */
export interface LogWork {
  readonly options: ResolvedLogOptions;
  readonly logger: Logger;
}

interface LogState {
  work: LogWork | undefined;
  /** How many calls are under way whose output is not to be recorded. */
  quiet: number;
}

function logState(): LogState {
  return sharedState('logs.work', () => ({ work: undefined, quiet: 0 }));
}

/**
 * Begins to correlate and send, whichever copy of Otelier observes the loggers.
 *
 * @returns the undo
 */
export function beginLogs(work: LogWork): () => void {
  const state = logState();
  state.work = work;
  return () => {
    if (state.work === work) {
      state.work = undefined;
    }
  };
}

/** What the set-up that runs does with logs; `undefined` without one. */
export function logWork(): LogWork | undefined {
  return logState().work;
}

/** The ids that a line is to carry; `undefined` outside a span, and where lines are left as they are. */
export function correlationFields(within: Context = context.active()): TraceFields | undefined {
  return logState().work?.options.correlation === true ? traceFields(within) : undefined;
}

/** Whether any records are sent at all. */
export function sendsLogs(): boolean {
  return logState().work?.options.send === true;
}

/** Whether a record of this severity is sent: one that comes about while telemetry is exported is not. */
export function takesRecord(severityNumber: number, within: Context): boolean {
  const { work, quiet } = logState();
  return (
    work !== undefined &&
    work.options.send &&
    quiet === 0 &&
    severityNumber >= SEVERITY[work.options.level] &&
    !isTracingSuppressed(within)
  );
}

/** Whether what is logged now is to be recorded at all: not within a call whose output has been. */
export function isRecording(): boolean {
  const { work, quiet } = logState();
  return work?.options.send === true && quiet === 0;
}

/** Calls a function that sends the record of a line which has been logged before its output became that of another. */
export function withRecords<T>(action: () => T): T {
  const state = logState();
  const { quiet } = state;
  state.quiet = 0;
  try {
    return action();
  } finally {
    state.quiet = quiet;
  }
}

/** Calls a function whose output is not to be recorded, because its record has been taken already. */
export function withoutRecords<T>(action: () => T): T {
  const state = logState();
  state.quiet += 1;
  try {
    return action();
  } finally {
    state.quiet -= 1;
  }
}
