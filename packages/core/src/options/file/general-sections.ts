import { areHeaders } from '../../destinations/delivery-checks.js';
import { VARIABLES } from '../variables/catalogue.js';
import { splitList } from '../variables/value-parsing.js';
import { FileSection, type FileValue } from './file-section.js';
import { count, word } from './file-values.js';
import { variables, type VariableSettings } from './settings.js';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const NUMBERED_LEVELS = LEVELS.flatMap((level) => [level, `${level}2`, `${level}3`, `${level}4`]);

/** Reads `log_level`. Otelier tells of nothing that is fatal: that level silences it, as `none` does, which older files have. */
export function readLogLevel(file: FileSection): VariableSettings {
  const level = file.value('log_level', word([...NUMBERED_LEVELS, 'none']))?.replace(/\d$/, '');
  return variables({ OTEL_LOG_LEVEL: level === 'fatal' ? 'none' : level === 'trace' ? 'verbose' : level });
}

/** Reads `attribute_limits`, which count for spans and log records. */
export function readAttributeLimits(file: FileSection): VariableSettings {
  const limits = file.section('attribute_limits');
  if (limits === undefined) {
    return {};
  }
  return FileSection.read(limits, () =>
    variables({
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: limits.value('attribute_value_length_limit', count(0)),
      OTEL_ATTRIBUTE_COUNT_LIMIT: limits.value('attribute_count_limit', count(0)),
    }),
  );
}

/** Reads `propagator`; where nothing is named the context goes nowhere, as the format says. */
export function readPropagators(file: FileSection): VariableSettings {
  const known = VARIABLES.OTEL_PROPAGATORS.values.filter((name) => name !== 'none');
  const propagator = file.section('propagator');
  const names =
    propagator === undefined
      ? []
      : FileSection.read(propagator, () => [
          ...propagator.sections('composite').flatMap((entry) => {
            const chosen = entry.choice(known, ['jaeger', 'ottrace', 'xray']);
            return chosen === undefined ? [] : FileSection.read(chosen.section, () => [chosen.name]);
          }),
          ...splitList(propagator.value('composite_list', listOf(known)) ?? ''),
        ]);
  return variables({ OTEL_PROPAGATORS: names.length === 0 ? 'none' : names.join(',') });
}

/** Reads the headers that `instrumentation/development` has recorded. */
export function readInstrumentation(file: FileSection): VariableSettings {
  const instrumentation = file.section('instrumentation/development');
  if (instrumentation === undefined) {
    return {};
  }
  return FileSection.read(instrumentation, () => {
    instrumentation.unsupported(['js']);
    OTHER_LANGUAGES.forEach((language) => instrumentation.has(language));
    const general = instrumentation.section('general');
    return general === undefined ? {} : FileSection.read(general, readGeneral);
  });
}

/** The variables hold regular expressions, the file names. */
const HEADER_NAME: FileValue<string> = {
  parse: (content) => (typeof content === 'string' && areHeaders({ [content]: '' }) ? content : undefined),
  allowed: 'the name of a header',
};

/** One file can be for services in several languages. */
const OTHER_LANGUAGES = ['cpp', 'dotnet', 'erlang', 'go', 'java', 'php', 'python', 'ruby', 'rust', 'swift'];

function readGeneral(general: FileSection): VariableSettings {
  general.unsupported(['code', 'db', 'gen_ai', 'messaging', 'rpc', 'sanitization', 'stability_opt_in_list', 'peer']);
  const http = general.section('http');
  return http === undefined
    ? {}
    : FileSection.read(http, () => {
        http.unsupported(['semconv']);
        return { ...readHeaderNames(http, 'client'), ...readHeaderNames(http, 'server') };
      });
}

function readHeaderNames(http: FileSection, side: 'client' | 'server'): VariableSettings {
  const section = http.section(side);
  if (section === undefined) {
    return {};
  }
  const prefix = `OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_${side === 'client' ? 'CLIENT' : 'SERVER'}` as const;
  return FileSection.read(section, () => {
    section.unsupported(['known_methods']);
    const names = (key: string): string | undefined => {
      const texts = section.values(key, HEADER_NAME).map((name) => name.replaceAll(/[.*+?^$|]/g, '\\$&'));
      return texts.length === 0 ? undefined : texts.join(',');
    };
    return variables({
      [`${prefix}_REQUEST`]: names('request_captured_headers'),
      [`${prefix}_RESPONSE`]: names('response_captured_headers'),
    });
  });
}

function listOf(known: readonly string[]): FileValue<string> {
  const isKnown = (text: string): boolean => splitList(text).every((name) => known.includes(name) || name === 'none');
  return {
    parse: (content) => (typeof content === 'string' && isKnown(content) ? content.replaceAll(/\bnone\b/gi, '') : undefined),
    allowed: `a list of ${known.join(', ')}`,
  };
}
