import { invalidOption } from '../diagnostics/validation.js';
import type { DatabaseOptions } from '../options/database-options.js';
import { resolveDatabaseOptions } from '../options/resolve-database-options.js';
import { sharedState } from '../shared-state.js';
import type { Undo } from './integration.js';
import { INTEGRATIONS } from './start-integrations.js';

/**
 * Observes a library that the application hands over: one that a bundler has put into the program, or any other that
 * was not found by itself. One that is observed already is not observed twice.
 *
 * @param module - what `import` or `require` of it gave: pg, mysql2, redis, ioredis, bullmq, pino or winston
 * @param options - what is recorded of its queries
 * @returns the undo: it restores the library
 * @throws TypeError when the module is none of those that are known
 */
export function traceIntegration(module: unknown, options?: DatabaseOptions): Undo {
  const candidates = INTEGRATIONS.filter(({ handOver }) => handOver !== undefined);
  const handOver = candidates.find((candidate) => candidate.handOver?.recognizes(module))?.handOver;
  if (handOver === undefined) {
    return invalidOption('traceIntegration(module)', module, candidates.map(({ name }) => name).join(' or '));
  }
  const attached = sharedState('integrations.attached', () => new WeakMap<object, Undo>());
  const known = attached.get(module as object);
  if (known !== undefined) {
    return known;
  }
  const undo = handOver.attach(module, { database: resolveDatabaseOptions(options) });
  const undoOnce = (): void => {
    if (attached.delete(module as object)) {
      undo();
    }
  };
  attached.set(module as object, undoOnce);
  return undoOnce;
}
