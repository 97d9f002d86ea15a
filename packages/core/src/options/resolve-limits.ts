import type { ResolvedBatchLimits, ResolvedLogRecordLimits, ResolvedSpanLimits } from './resolved-options.js';
import type { EnvReader } from './variables/env-reader.js';

/**
 * How much a span may hold.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#span-limits
 */
export function resolveSpanLimits(env: EnvReader): ResolvedSpanLimits {
  return {
    attributeValueLengthLimit: env.count('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? Infinity,
    attributeCountLimit: env.count('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT'),
    eventCountLimit: env.count('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    linkCountLimit: env.count('OTEL_SPAN_LINK_COUNT_LIMIT'),
    attributePerEventCountLimit: env.count('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'),
    attributePerLinkCountLimit: env.count('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'),
  };
}

/**
 * How much a log record may hold.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#logrecord-limits
 */
export function resolveLogRecordLimits(env: EnvReader): ResolvedLogRecordLimits {
  return {
    attributeValueLengthLimit: env.count('OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? Infinity,
    attributeCountLimit: env.count('OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT'),
  };
}

/**
 * How many records wait for how long; a batch is never larger than the queue.
 *
 * @param processor - of spans or of log records
 */
export function resolveBatches(processor: 'BSP' | 'BLRP', env: EnvReader): ResolvedBatchLimits {
  const maxQueueSize = env.count(`OTEL_${processor}_MAX_QUEUE_SIZE`);
  return {
    maxQueueSize,
    maxQueueBytes: env.count(`OTELIER_${processor}_MAX_QUEUE_BYTES`),
    maxBatchSize: Math.min(maxQueueSize, env.count(`OTEL_${processor}_MAX_EXPORT_BATCH_SIZE`)),
    scheduleDelayMillis: env.millis(`OTEL_${processor}_SCHEDULE_DELAY`),
    exportTimeoutMillis: env.millis(`OTEL_${processor}_EXPORT_TIMEOUT`),
  };
}
