import type { ConsoleDestination } from '../destinations/destination.js';
import type { ResolvedConsole } from './resolved-options.js';
import type { EnvReader } from './variables/env-reader.js';

/**
 * Settles how a console destination prints.
 *
 * @see https://no-color.org
 * @see https://force-color.org
 */
export function resolveConsole({ quiet = false }: ConsoleDestination, env: EnvReader): ResolvedConsole {
  const forced = env.text('FORCE_COLOR');
  if (forced !== undefined) {
    return { quiet, colors: ['0', 'false'].includes(forced.toLowerCase()) ? 'never' : 'always' };
  }
  return { quiet, colors: env.text('NO_COLOR') === undefined ? 'on a terminal' : 'never' };
}
