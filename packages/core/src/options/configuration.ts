import type { PendingProblem } from '../diagnostics/report.js';
import { lazily } from '../lazily.js';
import type { Environment } from './env.js';
import type * as ConfigurationFileFile from './file/configuration-file.js';
import type { FileSettings } from './file/settings.js';
import type { Surroundings } from './surroundings.js';

const file = lazily(() => require('./file/configuration-file.js') as typeof ConfigurationFileFile);

/** What OTEL_CONFIG_FILE comes to. */
export interface ConfigurationFile {
  /** `undefined` where there is no file, or one that can't be used at all: then the variables count. */
  readonly settings: FileSettings | undefined;
  /** What stands in the place of the process's variables. */
  readonly env: Environment;
  readonly problems: readonly PendingProblem[];
}

/** Reads the file that OTEL_CONFIG_FILE names, where it names one. */
export function readConfiguration(around: Pick<Surroundings, 'env' | 'readFile'>): ConfigurationFile {
  const { env } = around;
  const isGiven = (env['OTEL_CONFIG_FILE']?.trim() ?? '') !== '';
  return isGiven ? file().readConfigurationFile(around) : { settings: undefined, env, problems: [] };
}
