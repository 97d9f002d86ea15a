import { sharedState } from '../shared-state.js';
import { DIAGNOSTICS, type DiagnosticCode } from './codes.js';

/** A problem that was met at least once. */
export interface Problem {
  readonly code: DiagnosticCode;
  /** What happened when it was met first. */
  readonly message: string;
  /** How often it was met. */
  readonly count: number;
}

/** A problem found while options were resolved; reported when the set-up starts. */
export interface PendingProblem {
  readonly code: DiagnosticCode;
  readonly message: string;
}

interface ProblemLog {
  readonly problems: Map<string, { code: DiagnosticCode; message: string; count: number }>;
  silent: boolean;
}

/** Causes are told apart by their message; a flood of different ones must not grow without bound. */
const MAX_REMEMBERED_CAUSES = 200;

function problemLog(): ProblemLog {
  return sharedState('diagnostics.problems', () => ({ problems: new Map(), silent: false }));
}

/**
 * Tells the user of a problem, once per cause, and counts it every time.
 *
 * Never throws. `cause` tells apart problems of one code; without it the message does.
 */
export function reportProblem(code: DiagnosticCode, message: string, cause: string = message): void {
  const log = problemLog();
  const key = `${code} ${cause}`;
  const known = log.problems.get(key);
  if (known !== undefined) {
    known.count += 1;
    return;
  }
  if (log.problems.size >= MAX_REMEMBERED_CAUSES) {
    return;
  }
  log.problems.set(key, { code, message, count: 1 });
  if (!log.silent) {
    console.warn(`[otelier] ${code}: ${message} ${DIAGNOSTICS[code].action} See docs/diagnostics.md#${code}`);
  }
}

/** Lets the next problem of this cause be told again, for a state that has ended. */
export function forgetProblem(code: DiagnosticCode, cause: string): void {
  problemLog().problems.delete(`${code} ${cause}`);
}

/** Reports an error of Otelier's own, which must not reach the application. */
export function reportInternalError(where: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  reportProblem('OTELIER_INTERNAL_ERROR', `${where} failed: ${text}.`, where);
}

/** All problems met so far, in the order in which they came. */
export function listProblems(): readonly Problem[] {
  return [...problemLog().problems.values()].map((problem) => ({ ...problem }));
}

/** Forgets every problem: a new set-up starts with a clean sheet. */
export function clearProblems(): void {
  problemLog().problems.clear();
}

/** Switches messages off or on (`OTEL_LOG_LEVEL=none`); counting goes on. */
export function silenceProblems(silent: boolean): void {
  problemLog().silent = silent;
}
