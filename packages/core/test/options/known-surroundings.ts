import type { Environment } from '../../src/options/env.js';
import type { OtelOptions } from '../../src/options/otel-options.js';
import { resolveOptions } from '../../src/options/resolve-options.js';
import type { ResolvedOptions } from '../../src/options/resolved-options.js';
import type { ApplicationManifest, Surroundings } from '../../src/options/surroundings.js';

/** Surroundings in which nothing but the arguments can differ. */
export function surroundings(
  env: Environment = {},
  manifest: ApplicationManifest = { name: 'from-package-json', version: '1.2.3' },
): Surroundings {
  return {
    env,
    manifest,
    hostName: 'host-1',
    processId: 4711,
    nodeVersion: '20.0.0',
    instanceId: 'instance-1',
    readFile: (path) => (path.startsWith('/certificates/') ? Buffer.from(`content of ${path}`) : undefined),
  };
}

/** What variables and options come to; problems are given as their messages. */
export function resolved(
  env: Environment,
  options: OtelOptions = {},
): { readonly options: ResolvedOptions; readonly problems: readonly string[] } {
  const resolution = resolveOptions(options, surroundings(env));
  return { options: resolution.options, problems: resolution.problems.map(({ code, message }) => `${code} ${message}`) };
}
