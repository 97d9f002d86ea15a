import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import type { Integration, Undo } from './integration.js';
import { mysql2Integration } from './mysql2.js';
import { pgIntegration } from './pg.js';

/** All libraries that are observed; a new one is added here. */
export const INTEGRATIONS: readonly Integration[] = [pgIntegration, mysql2Integration];

/** Starts every integration. */
export function startIntegrations(options: ResolvedDatabaseOptions): Undo {
  const undos = INTEGRATIONS.map((integration) => integration.start(options));
  return () => undos.forEach((undo) => undo());
}
