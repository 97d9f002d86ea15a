import type { PendingProblem } from '../diagnostics/report.js';
import { EnvReader } from './variables/env-reader.js';
import { resolveDatabaseOptions } from './resolve-database-options.js';
import { checkOptions } from './option-checks.js';
import type { OtelOptions } from './otel-options.js';
import { resolveDestinations } from './resolve-destinations.js';
import { resolveBatches, resolveLogRecordLimits, resolveSpanLimits } from './resolve-limits.js';
import { resolveOutgoingOptions } from './resolve-outgoing-options.js';
import { resolvePropagators } from './resolve-propagators.js';
import { resolveResource } from './resolve-resource.js';
import { resolveSampler } from './resolve-sampler.js';
import type { ResolvedOptions } from './resolved-options.js';
import type { Surroundings } from './surroundings.js';

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
  const env = new EnvReader(around.env, around.readFile);
  const resolved: ResolvedOptions = {
    disabled: options.disabled ?? env.flag('OTEL_SDK_DISABLED'),
    silent: env.word('OTEL_LOG_LEVEL') === 'none',
    resource: Object.freeze(resolveResource(options, around, env)),
    destinations: Object.freeze(resolveDestinations(options, env)),
    sampler: options.sampler ?? Object.freeze(resolveSampler(env)),
    spanProcessors: Object.freeze([...(options.spanProcessors ?? [])]),
    metricReaders: Object.freeze([...(options.metricReaders ?? [])]),
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
    instrumentations: Object.freeze((options.instrumentations ?? []).flat()),
    shutdownTimeoutMillis: options.shutdownTimeoutMillis ?? DEFAULT_SHUTDOWN_TIMEOUT_MILLIS,
    handleSignals: options.handleSignals ?? true,
  };
  return { options: Object.freeze(resolved), problems: withoutRepeats(env.problems) };
}

/** Traces and metrics read the same general variables; the user is told once. */
function withoutRepeats(problems: readonly PendingProblem[]): readonly PendingProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}
