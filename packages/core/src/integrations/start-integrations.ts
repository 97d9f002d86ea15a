import type { ResolvedOptions } from '../options/resolved-options.js';
import type { Integration, IntegrationOptions, RunningIntegration } from './integration.js';
import { mysql2Integration } from './mysql2.js';
import { pgIntegration } from './pg.js';

/** All libraries that are observed; a new one is added here. */
export const INTEGRATIONS: readonly Integration[] = [pgIntegration, mysql2Integration];

/** The instrumentations of OpenTelemetry that observe the same, by the name of the integration. */
const SUBSTITUTES: Readonly<Record<string, readonly string[]>> = {
  pg: ['@opentelemetry/instrumentation-pg'],
  mysql2: ['@opentelemetry/instrumentation-mysql2'],
  redis: ['@opentelemetry/instrumentation-redis', '@opentelemetry/instrumentation-redis-4'],
  ioredis: ['@opentelemetry/instrumentation-ioredis'],
  undici: ['@opentelemetry/instrumentation-undici'],
  'http-client': ['@opentelemetry/instrumentation-http'],
};

/** Starts every integration, except where the application brings an instrumentation of its own for the same library. */
export function startIntegrations(
  options: IntegrationOptions & Pick<ResolvedOptions, 'instrumentations'>,
): RunningIntegration {
  const given = new Set(options.instrumentations.map(({ instrumentationName }) => instrumentationName));
  const running = INTEGRATIONS.filter(({ name }) => !SUBSTITUTES[name]?.some((substitute) => given.has(substitute))).map(
    (integration) => integration.start(options),
  );
  return {
    scan: () => running.forEach(({ scan }) => scan()),
    stop: () => running.forEach(({ stop }) => stop()),
  };
}
