import { isDeepStrictEqual } from 'node:util';
import { readExporter } from './exporter-section.js';
import { FileSection, type FileValue } from './file-section.js';
import { count, INTERVAL, TIMEOUT, word } from './file-values.js';
import { variables, type FileExporter, type FileReading, type VariableSettings } from './settings.js';

/** What one provider of the file comes to. */
export interface ProviderSettings {
  readonly variables: VariableSettings;
  readonly exporters: readonly FileExporter[];
}

const LIMIT: FileValue<number> = count(0);

/** Reads `tracer_provider`, without its sampler. */
export function readTracerProvider(provider: FileSection, reading: FileReading): ProviderSettings {
  provider.unsupported(['id_generator', 'tracer_configurator/development']);
  const limits = readLimits(provider, {
    attribute_value_length_limit: 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    attribute_count_limit: 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
    event_count_limit: 'OTEL_SPAN_EVENT_COUNT_LIMIT',
    link_count_limit: 'OTEL_SPAN_LINK_COUNT_LIMIT',
    event_attribute_count_limit: 'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
    link_attribute_count_limit: 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
  });
  const { variables: batches, exporters } = readProcessors(provider, 'BSP', reading);
  return { variables: { ...limits, ...batches }, exporters };
}

/** Reads `logger_provider`. */
export function readLoggerProvider(provider: FileSection, reading: FileReading): ProviderSettings {
  provider.unsupported(['logger_configurator/development']);
  const limits = readLimits(provider, {
    attribute_value_length_limit: 'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    attribute_count_limit: 'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT',
  });
  const { variables: batches, exporters } = readProcessors(provider, 'BLRP', reading);
  return { variables: { ...limits, ...batches }, exporters };
}

/** Reads `meter_provider`. */
export function readMeterProvider(provider: FileSection, reading: FileReading): ProviderSettings {
  provider.unsupported(['views', 'meter_configurator/development']);
  const filter = provider.value('exemplar_filter', word(['always_on', 'always_off', 'trace_based']));
  const read = provider.sections('readers').map((reader) => {
    const periodic = reader.choice(['periodic'], ['pull'])?.section;
    return periodic === undefined ? undefined : readPeriodic(periodic, reading);
  });
  requireSome(provider, 'readers');
  const { variables: timing, exporters } = first(read);
  return { variables: { ...variables({ OTEL_METRICS_EXEMPLAR_FILTER: filter }), ...timing }, exporters };
}

interface ReadPart {
  readonly section: FileSection;
  readonly variables: VariableSettings;
  readonly exporter: FileExporter | undefined;
}

function readPeriodic(periodic: FileSection, reading: FileReading): ReadPart {
  return FileSection.read(periodic, () => {
    periodic.unsupported(['producers', 'cardinality_limits', 'max_export_batch_size/development']);
    const timing = variables({
      OTEL_METRIC_EXPORT_INTERVAL: periodic.value('interval', INTERVAL),
      OTEL_METRIC_EXPORT_TIMEOUT: periodic.value('timeout', TIMEOUT),
    });
    return { section: periodic, variables: timing, exporter: readExporter(periodic, 'metrics', reading) };
  });
}

function readProcessors(provider: FileSection, processor: 'BSP' | 'BLRP', reading: FileReading): ProviderSettings {
  const signal = processor === 'BSP' ? 'traces' : 'logs';
  const read = provider.sections('processors').map((entry) => {
    // One that sends each record by itself is no faster here, and blocks nobody either: all are sent in batches.
    const chosen = entry.choice(['batch', 'simple'], ['event_to_span_event_bridge/development']);
    return chosen === undefined
      ? undefined
      : FileSection.read(chosen.section, (section) => ({
          section,
          variables: chosen.name === 'batch' ? readBatches(section, processor) : {},
          exporter: readExporter(section, signal, reading),
        }));
  });
  requireSome(provider, 'processors');
  return first(read);
}

function readBatches(batch: FileSection, processor: 'BSP' | 'BLRP'): VariableSettings {
  return variables({
    [`OTEL_${processor}_SCHEDULE_DELAY`]: batch.value('schedule_delay', TIMEOUT),
    [`OTEL_${processor}_EXPORT_TIMEOUT`]: batch.value('export_timeout', TIMEOUT),
    [`OTEL_${processor}_MAX_QUEUE_SIZE`]: batch.value('max_queue_size', count(1)),
    [`OTEL_${processor}_MAX_EXPORT_BATCH_SIZE`]: batch.value('max_export_batch_size', count(1)),
  });
}

/** Otelier sends to all destinations of a signal at the same pace: that of the first. */
function first(parts: readonly (ReadPart | undefined)[]): ProviderSettings {
  const known = parts.filter((part) => part !== undefined);
  const pace = known[0]?.variables ?? {};
  for (const { section, variables: own } of known.slice(1)) {
    if (Object.keys(own).length > 0 && !isDeepStrictEqual(own, pace)) {
      section.leaveOut('Otelier has one pace for all destinations of a signal, that of the first; this other one');
    }
  }
  return { variables: pace, exporters: known.flatMap(({ exporter }) => exporter ?? []) };
}

function readLimits(provider: FileSection, names: Readonly<Record<string, keyof VariableSettings>>): VariableSettings {
  const limits = provider.section('limits');
  if (limits === undefined) {
    return {};
  }
  return FileSection.read(limits, () =>
    variables(Object.fromEntries(Object.entries(names).map(([key, name]) => [name, limits.value(key, LIMIT)]))),
  );
}

function requireSome(provider: FileSection, key: string): void {
  if (!provider.has(key)) {
    provider.wrong(`it has no ${key}`);
  }
}
