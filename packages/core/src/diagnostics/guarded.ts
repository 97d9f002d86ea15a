import { reportInternalError } from './report.js';

/**
 * Makes a listener that can't hurt whoever calls it: what it throws is reported as an error of Otelier's own.
 *
 * @param where - what the listener does, for the message
 */
export function guarded<Args extends unknown[]>(where: string, listener: (...args: Args) => void): (...args: Args) => void {
  return (...args) => {
    try {
      listener(...args);
    } catch (error) {
      reportInternalError(where, error);
    }
  };
}
