import { readEnvironment, type Environment } from '../options/env.js';
import { readConfiguration } from '../options/configuration.js';
import { readSurroundings } from '../options/surroundings.js';
import { sharedState } from '../shared-state.js';

/** What a configuration file came to when it was read last, and for which variables. */
interface KnownFile {
  variables: string;
  env: Environment;
}

/**
 * The variables that count: those of the process, or what the configuration file that they name says in their place.
 * What is wrong in the file is told by the set-up. The file is read once for the same variables: an adapter asks for
 * each of its routes.
 */
export function environmentInForce(): Environment {
  const env = readEnvironment();
  if (env['OTEL_CONFIG_FILE'] === undefined) {
    return env;
  }
  const variables = JSON.stringify(env);
  const known = sharedState<KnownFile>('sdk.configuration-file', () => ({ variables: '', env }));
  if (known.variables !== variables) {
    known.variables = variables;
    known.env = readConfiguration(readSurroundings()).env;
  }
  return known.env;
}
