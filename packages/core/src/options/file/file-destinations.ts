import type { PendingProblem } from '../../diagnostics/report.js';
import { collector } from '../../destinations/collector.js';
import { consoleDestination } from '../../destinations/console.js';
import { resolveDestinations } from '../resolve-destinations.js';
import type { ResolvedDestination } from '../resolved-options.js';
import { EnvReader } from '../variables/env-reader.js';
import type { Surroundings } from '../surroundings.js';
import type { FileSettings } from './settings.js';

/**
 * Settles where each exporter of a configuration file sends to, as if the variables said so for it alone.
 *
 * @param problems - takes what is wrong with the variables that stay in force, such as those of proxies
 */
export function resolveFileDestinations(
  { exporters }: FileSettings,
  { env, readFile }: Pick<Surroundings, 'env' | 'readFile'>,
  problems: PendingProblem[],
): readonly ResolvedDestination[] {
  return exporters.flatMap(({ kind, signal, variables }) => {
    const signals = [signal];
    const destination = kind === 'console' ? { ...consoleDestination(), signals } : collector(undefined, { signals });
    const reader = new EnvReader({ ...env, ...variables }, readFile);
    const resolved = resolveDestinations({ destinations: [destination] }, reader);
    problems.push(...reader.problems);
    return resolved;
  });
}
