import { errorText } from './error-text.js';
import { reportProblem } from './report.js';

/**
 * Calls a function of the application's. What it throws, or what its promise rejects with, is told once for each hook
 * and goes no further; nothing waits for the promise.
 *
 * @param name - the option that the function was given as, for the message
 * @returns what the function returned; `undefined` when it threw
 */
export function callHook<T>(name: string, hook: () => T): T | undefined {
  try {
    const result = hook();
    if (result instanceof Promise) {
      result.catch((error: unknown) => reportHook(name, error));
    }
    return result;
  } catch (error) {
    reportHook(name, error);
    return undefined;
  }
}

/**
 * Like {@link callHook}, for a function whose answer is needed at once: one that returns a promise has failed too.
 *
 * @returns what the function answered; `undefined` when it threw or returned a promise
 */
export function askHook(name: string, hook: () => unknown): unknown {
  const answer = callHook(name, hook);
  if (answer instanceof Promise) {
    reportProblem('OTELIER_HOOK_FAILED', `${name} returned a promise, which no request waits for.`, `${name} promise`);
    return undefined;
  }
  return answer;
}

function reportHook(name: string, error: unknown): void {
  reportProblem('OTELIER_HOOK_FAILED', `${name} failed: ${errorText(error)}.`, name);
}
