import { nameCommentedService } from '../database/commented-service.js';
import type { OtelInstrumentation } from '../options/otel-instrumentation.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import type * as Bullmq from './bullmq.js';
import { consoleIntegration } from './console.js';
import { httpClientIntegration } from './http-client.js';
import type { Integration, IntegrationOptions, RunningIntegration } from './integration.js';
import { ioredisIntegration } from './ioredis.js';
import { withItsLibrary } from './loading/lazy-integration.js';
import { mysql2Integration } from './mysql2.js';
import type * as Pg from './pg.js';
import { pinoIntegration } from './pino.js';
import { redisIntegration } from './redis.js';
import { undiciIntegration } from './undici.js';
import type * as Winston from './winston.js';

/** All libraries that are observed; a new one is added here. */
export const INTEGRATIONS: readonly Integration[] = [
  withItsLibrary({
    name: 'pg',
    packages: ['pg', 'pg-pool'],
    load: () => (require('./pg.js') as typeof Pg).pgIntegration,
  }),
  mysql2Integration,
  redisIntegration,
  ioredisIntegration,
  withItsLibrary({
    name: 'bullmq',
    packages: ['bullmq'],
    load: () => (require('./bullmq.js') as typeof Bullmq).bullmqIntegration,
  }),
  undiciIntegration,
  httpClientIntegration,
  pinoIntegration,
  withItsLibrary({
    name: 'winston',
    packages: ['winston'],
    load: () => (require('./winston.js') as typeof Winston).winstonIntegration,
  }),
  consoleIntegration,
];

/** The instrumentations of OpenTelemetry that observe the same, by the name of the integration. */
const SUBSTITUTES: Readonly<Record<string, readonly string[]>> = {
  pg: ['@opentelemetry/instrumentation-pg'],
  mysql2: ['@opentelemetry/instrumentation-mysql2'],
  redis: ['@opentelemetry/instrumentation-redis', '@opentelemetry/instrumentation-redis-4'],
  ioredis: ['@opentelemetry/instrumentation-ioredis'],
  undici: ['@opentelemetry/instrumentation-undici'],
  'http-client': ['@opentelemetry/instrumentation-http'],
  pino: ['@opentelemetry/instrumentation-pino'],
  winston: ['@opentelemetry/instrumentation-winston'],
};

/** instrumentation-http can be told to leave what is sent to others. */
function observesClients(instrumentation: OtelInstrumentation): boolean {
  const { disableOutgoingRequestInstrumentation } = (instrumentation.getConfig?.() ?? {}) as {
    readonly disableOutgoingRequestInstrumentation?: unknown;
  };
  return disableOutgoingRequestInstrumentation !== true;
}

/** Starts every integration, except where the application brings an instrumentation of its own for the same library. */
export function startIntegrations(
  options: IntegrationOptions & Pick<ResolvedOptions, 'instrumentations' | 'resource'>,
): RunningIntegration {
  const given = new Set(options.instrumentations.filter(observesClients).map(({ instrumentationName }) => instrumentationName));
  const running = INTEGRATIONS.filter(({ name }) => !SUBSTITUTES[name]?.some((substitute) => given.has(substitute))).map(
    (integration) => integration.start(options),
  );
  const forgetService = nameCommentedService(options.resource['service.name']);
  return {
    scan: () => running.forEach(({ scan }) => scan()),
    stop: () => [...running.map(({ stop }) => stop), forgetService].forEach((undo) => undo()),
  };
}
