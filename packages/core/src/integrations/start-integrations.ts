import type { Integration, IntegrationOptions, RunningIntegration } from './integration.js';
import { mysql2Integration } from './mysql2.js';
import { pgIntegration } from './pg.js';

/** All libraries that are observed; a new one is added here. */
export const INTEGRATIONS: readonly Integration[] = [pgIntegration, mysql2Integration];

/** Starts every integration. */
export function startIntegrations(options: IntegrationOptions): RunningIntegration {
  const running = INTEGRATIONS.map((integration) => integration.start(options));
  return {
    scan: () => running.forEach(({ scan }) => scan()),
    stop: () => running.forEach(({ stop }) => stop()),
  };
}
