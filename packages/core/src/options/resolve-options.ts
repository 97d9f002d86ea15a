import type { PendingProblem } from '../diagnostics/report.js';
import { hasMethods, checkFlag, checkMillis, checkNames, checkObjects, checkText, invalidOption } from './validation.js';
import { EnvReader } from './env-values.js';
import type { DatabaseOptions, OtelOptions } from './otel-options.js';
import { resolveDestinations } from './resolve-destinations.js';
import { resolveResource } from './resolve-resource.js';
import type { ResolvedDatabaseOptions, ResolvedOptions } from './resolved-options.js';
import type { Surroundings } from './surroundings.js';

const OPTION_NAMES = [
  'serviceName',
  'serviceVersion',
  'serviceNamespace',
  'environment',
  'resourceAttributes',
  'requireServiceName',
  'disabled',
  'destinations',
  'sampler',
  'spanProcessors',
  'metricReaders',
  'database',
  'shutdownTimeoutMillis',
  'handleSignals',
] as const satisfies readonly (keyof OtelOptions)[];

const LOG_LEVELS = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const;
const QUERY_TEXT_MODES = ['sanitized', 'raw', 'off'];
const DEFAULT_METRIC_INTERVAL_MILLIS = 60_000;
const DEFAULT_SHUTDOWN_TIMEOUT_MILLIS = 5000;

/** The settled options, and the problems of the environment that were met on the way. */
export interface Resolution {
  readonly options: ResolvedOptions;
  readonly problems: readonly PendingProblem[];
}

/**
 * Settles options and environment. A pure function: it reads nothing but its arguments and reports nothing.
 *
 * @throws TypeError for a wrong option; a wrong variable becomes a problem and the specification's fallback
 */
export function resolveOptions(options: OtelOptions, around: Surroundings): Resolution {
  checkOptions(options);
  const env = new EnvReader(around.env);
  const resolved: ResolvedOptions = {
    disabled: options.disabled ?? env.flag('OTEL_SDK_DISABLED') ?? false,
    silent: env.word(LOG_LEVELS, 'info', 'OTEL_LOG_LEVEL') === 'none',
    resource: Object.freeze(resolveResource(options, around, env)),
    destinations: Object.freeze(resolveDestinations(options, env)),
    sampler: options.sampler,
    spanProcessors: options.spanProcessors ?? [],
    metricReaders: options.metricReaders ?? [],
    metricIntervalMillis:
      env.millis(DEFAULT_METRIC_INTERVAL_MILLIS, 'OTEL_METRIC_EXPORT_INTERVAL') ?? DEFAULT_METRIC_INTERVAL_MILLIS,
    database: Object.freeze(resolveDatabaseOptions(options.database)),
    shutdownTimeoutMillis: options.shutdownTimeoutMillis ?? DEFAULT_SHUTDOWN_TIMEOUT_MILLIS,
    handleSignals: options.handleSignals ?? true,
  };
  return { options: Object.freeze(resolved), problems: withoutRepeats(env.problems) };
}

/** Settles what is recorded of queries. */
export function resolveDatabaseOptions(options: DatabaseOptions = {}): ResolvedDatabaseOptions {
  return { queryText: options.queryText ?? 'sanitized', rootQueries: options.rootQueries ?? false };
}

function checkOptions(options: OtelOptions): void {
  checkNames('setupOtel', options, OPTION_NAMES);
  checkText('serviceName', options.serviceName);
  checkText('serviceVersion', options.serviceVersion);
  checkText('serviceNamespace', options.serviceNamespace);
  checkText('environment', options.environment);
  checkFlag('requireServiceName', options.requireServiceName);
  checkFlag('disabled', options.disabled);
  checkFlag('handleSignals', options.handleSignals);
  checkMillis('shutdownTimeoutMillis', options.shutdownTimeoutMillis);
  checkObjects('spanProcessors', options.spanProcessors, ['onStart', 'onEnd', 'forceFlush', 'shutdown']);
  checkObjects('metricReaders', options.metricReaders, ['collect', 'forceFlush', 'shutdown']);
  checkObjects('destinations', options.destinations, []);
  if (options.sampler !== undefined && !hasMethods(options.sampler, ['shouldSample'])) {
    invalidOption('sampler', options.sampler, 'an object with shouldSample()');
  }
  if (options.resourceAttributes !== undefined && !hasMethods(options.resourceAttributes, [])) {
    invalidOption('resourceAttributes', options.resourceAttributes, 'an object of attributes');
  }
  checkDatabaseOptions(options.database);
}

function checkDatabaseOptions(database: DatabaseOptions | undefined): void {
  if (database === undefined) {
    return;
  }
  checkNames('database', database, ['queryText', 'rootQueries'] satisfies (keyof DatabaseOptions)[]);
  checkFlag('database.rootQueries', database.rootQueries);
  if (database.queryText !== undefined && !QUERY_TEXT_MODES.includes(database.queryText)) {
    invalidOption('database.queryText', database.queryText, QUERY_TEXT_MODES.join(', '));
  }
}

/** Traces and metrics read the same general variables; the user is told once. */
function withoutRepeats(problems: readonly PendingProblem[]): readonly PendingProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}
