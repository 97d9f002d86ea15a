import { commandQuery } from '../../database/command-query.js';
import type { DatabaseQuery } from '../../database/database-call.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import { isDigest } from './command-keys.js';
import { commandName } from './command-name.js';
import { commandText } from './command-text.js';

/** Describes a command by its name and what follows the name, as the driver was given them. Never throws. */
export function describeCommand(
  rawName: unknown,
  args: readonly unknown[],
  options: ResolvedDatabaseOptions,
): DatabaseQuery {
  const name = commandName(rawName);
  return commandQuery({ name, text: () => commandText(name, args), procedure: procedureOf(name, args[0]) }, options);
}

/** The digest of a script or the name of a function: both are made before, and of no values. */
function procedureOf(name: string, first: unknown): string | undefined {
  if (typeof first !== 'string') {
    return undefined;
  }
  if (name === 'EVALSHA' || name === 'EVALSHA_RO') {
    return isDigest(first) ? first : undefined;
  }
  return (name === 'FCALL' || name === 'FCALL_RO') && /^\w{1,128}$/.test(first) ? first : undefined;
}
