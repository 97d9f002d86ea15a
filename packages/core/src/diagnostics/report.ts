import { sharedState } from '../shared-state.js';
import { DIAGNOSTICS, type DiagnosticCode } from './codes.js';
import { errorText } from './error-text.js';

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

interface KnownProblem {
  readonly code: DiagnosticCode;
  readonly message: string;
  count: number;
  /** Whether the user knows of it. */
  told: boolean;
}

interface ProblemLog {
  readonly problems: Map<string, KnownProblem>;
  silent: boolean;
}

/** Causes are told apart by their message; a flood of different ones must not grow without bound. */
const MAX_CAUSES_OF_A_CODE = 50;

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
  const problem = log.problems.get(`${code} ${cause}`) ?? rememberProblem(log, { code, message, cause });
  if (problem === undefined) {
    return;
  }
  problem.count += 1;
  if (problem.told) {
    return;
  }
  problem.told = true;
  if (!log.silent) {
    console.warn(`[otelier] ${code}: ${message} ${DIAGNOSTICS[code].action} See docs/diagnostics.md#${code}`);
  }
}

/** Lets the next problem of this cause be told again, for a state that has ended; its count goes on. */
export function rearmProblem(code: DiagnosticCode, cause: string): void {
  const problem = problemLog().problems.get(`${code} ${cause}`);
  if (problem !== undefined) {
    problem.told = false;
  }
}

/** Reports an error of Otelier's own, which must not reach the application. */
export function reportInternalError(where: string, error: unknown): void {
  reportProblem('OTELIER_INTERNAL_ERROR', `${where} failed: ${errorText(error, true)}.`, where);
}

/** All problems met so far, in the order in which they came. */
export function listProblems(): readonly Problem[] {
  return [...problemLog().problems.values()].map(({ code, message, count }) => ({ code, message, count }));
}

/** Forgets every problem: a new set-up starts with a clean sheet. */
export function clearProblems(): void {
  problemLog().problems.clear();
}

/** Switches messages off or on (`OTEL_LOG_LEVEL=none`); counting goes on. */
export function silenceProblems(silent: boolean): void {
  problemLog().silent = silent;
}

function rememberProblem(
  { problems }: ProblemLog,
  { code, message, cause }: { readonly code: DiagnosticCode; readonly message: string; readonly cause: string },
): KnownProblem | undefined {
  const causes = [...problems.values()].filter((problem) => problem.code === code).length;
  if (causes >= MAX_CAUSES_OF_A_CODE) {
    return undefined;
  }
  const problem = { code, message, count: 0, told: false };
  problems.set(`${code} ${cause}`, problem);
  return problem;
}
