import type { PendingProblem } from '../diagnostics/report.js';
import { lazily } from '../lazily.js';
import { readConfiguration, type ConfigurationFile } from './configuration.js';
import type * as FileDestinations from './file/file-destinations.js';
import { EnvReader } from './variables/env-reader.js';
import { resolveDatabaseOptions } from './resolve-database-options.js';
import { checkOptions } from './option-checks.js';
import type { OtelOptions } from './otel-options.js';
import { resolveLogOptions } from './resolve-log-options.js';
import { resolveDestinations } from './resolve-destinations.js';
import { resolveBatches, resolveLogRecordLimits, resolveSpanLimits } from './resolve-limits.js';
import { withOldEnvironment } from './old-environment.js';
import { resolveOutgoingOptions } from './resolve-outgoing-options.js';
import { resolvePropagators } from './resolve-propagators.js';
import { resolveResource } from './resolve-resource.js';
import { resolveSampler } from './resolve-sampler.js';
import { resolveSampling } from './resolve-sampling.js';
import type { ResolvedOptions } from './resolved-options.js';
import type { Surroundings } from './surroundings.js';

const files = lazily(() => require('./file/file-destinations.js') as typeof FileDestinations);

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
  const file = readConfiguration(around);
  const env = new EnvReader(file.env, around.readFile);
  const destinations =
    options.destinations === undefined && file.settings !== undefined
      ? files().resolveFileDestinations(file.settings, { ...around, env: file.env }, env.problems)
      : resolveDestinations(options, env);
  const choice = Object.freeze(resolveSampler(env));
  const resolved: ResolvedOptions = {
    disabled: options.disabled ?? env.flag('OTEL_SDK_DISABLED'),
    deferred: env.flag(env.text('OTELIER_DEFER_SETUP') === undefined ? '_OTEL_DEFER_SETUP' : 'OTELIER_DEFER_SETUP'),
    silent: env.word('OTEL_LOG_LEVEL') === 'none',
    resource: Object.freeze(withOldEnvironment(resolveResource(withFileAttributes(options, file), around, env), destinations)),
    destinations: Object.freeze(destinations),
    sampler: options.sampler ?? choice,
    sampling: options.sampler === undefined ? resolveSampling(options.sampling, choice) : undefined,
    spanProcessors: Object.freeze([...(options.spanProcessors ?? [])]),
    metricReaders: Object.freeze([...(options.metricReaders ?? [])]),
    logRecordProcessors: Object.freeze([...(options.logRecordProcessors ?? [])]),
    runtimeMetrics: options.runtimeMetrics ?? true,
    propagators: Object.freeze(resolvePropagators(env)),
    spanLimits: Object.freeze(resolveSpanLimits(env)),
    logRecordLimits: Object.freeze(resolveLogRecordLimits(env)),
    spanBatches: Object.freeze(resolveBatches('BSP', env)),
    logBatches: Object.freeze(resolveBatches('BLRP', env)),
    metricIntervalMillis: env.millis('OTEL_METRIC_EXPORT_INTERVAL'),
    metricTimeoutMillis: env.millis('OTEL_METRIC_EXPORT_TIMEOUT'),
    exemplarFilter: env.word('OTEL_METRICS_EXEMPLAR_FILTER'),
    database: resolveDatabaseOptions(options.database),
    outgoing: resolveOutgoingOptions(options.outgoing, env),
    logs: resolveLogOptions(options.logs),
    instrumentations: Object.freeze((options.instrumentations ?? []).flat()),
    shutdownTimeoutMillis: options.shutdownTimeoutMillis ?? DEFAULT_SHUTDOWN_TIMEOUT_MILLIS,
    handleSignals: options.handleSignals ?? true,
  };
  return { options: Object.freeze(resolved), problems: withoutRepeats([...file.problems, ...env.problems]) };
}

/** Code wins over the file, attribute by attribute. */
function withFileAttributes(options: OtelOptions, { settings }: ConfigurationFile): OtelOptions {
  return settings === undefined
    ? options
    : { ...options, resourceAttributes: { ...settings.resourceAttributes, ...options.resourceAttributes } };
}

/** Traces and metrics read the same general variables; the user is told once. */
function withoutRepeats(problems: readonly PendingProblem[]): readonly PendingProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}
