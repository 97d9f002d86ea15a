import type { Environment } from '../env.js';
import type { ConfigurationFile } from '../configuration.js';
import type { Surroundings } from '../surroundings.js';
import { FileProblems } from './file-problems.js';
import { FileSection } from './file-section.js';
import { FLAG } from './file-values.js';
import { isMapping, type FileNode } from './file-node.js';
import { readAttributeLimits, readInstrumentation, readLogLevel, readPropagators } from './general-sections.js';
import { loadYaml } from './load-yaml.js';
import { readLoggerProvider, readMeterProvider, readTracerProvider, type ProviderSettings } from './processor-section.js';
import { readResource } from './resource-section.js';
import { readSampler } from './sampler-section.js';
import { variables, type FileReading, type FileSettings } from './settings.js';
import { parseTree } from './yaml-tree.js';

/** Larger files are no configurations, in bytes. */
const MAX_BYTES = 1024 * 1024;

const FORMAT = /^(?:0\.4|1\.\d+)(?:-[\w.]+)?$/;

/**
 * Reads the file that OTEL_CONFIG_FILE names, in OpenTelemetry's declarative format. With it no other `OTEL_*` variable
 * counts, but those that it puts in itself. What is wrong in it is left out, with a problem that names the line.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/data-model/
 */
export function readConfigurationFile({ env, readFile }: Pick<Surroundings, 'env' | 'readFile'>): ConfigurationFile {
  const path = env['OTEL_CONFIG_FILE']?.trim() ?? '';
  const problems = new FileProblems(path);
  const root = readRoot(path, { env, readFile }, problems);
  const settings = root === undefined ? undefined : readSettings(new FileSection(root, problems), { problems, readFile });
  return { settings, env: settings === undefined ? env : { ...withoutOtel(env), ...settings.variables }, problems: problems.list };
}

function readRoot(
  path: string,
  { env, readFile }: Pick<Surroundings, 'env' | 'readFile'>,
  problems: FileProblems,
): FileNode | undefined {
  const content = readFile(path);
  if (content === undefined || content.length > MAX_BYTES) {
    problems.unusable(content === undefined ? 'there is no such file that can be read' : `it has more than ${MAX_BYTES} bytes`);
    return undefined;
  }
  const yaml = loadYaml();
  if (yaml === undefined) {
    problems.unusable('the package yaml, which reads it, can\'t be loaded; install it beside a bundled program');
    return undefined;
  }
  const root = parseTree(Buffer.from(content).toString('utf8'), { yaml, env, problems });
  if (root === undefined || !isMapping(root.content)) {
    if (root !== undefined) {
      problems.unusable('it has no keys', root.line);
    }
    return undefined;
  }
  const format = root.content.get('file_format');
  if (typeof format?.content !== 'string' || !FORMAT.test(format.content)) {
    const given = format === undefined ? 'file_format is missing' : `file_format: ${JSON.stringify(format.source.slice(0, 50))} is unknown`;
    problems.unusable(`${given}, and 1.x (as a text, "1.0") and 0.4 are known`, format?.line ?? 1);
    return undefined;
  }
  return root;
}

function readSettings(root: FileSection, reading: FileReading): FileSettings {
  return FileSection.read(root, () => {
    root.has('file_format');
    root.unsupported(['distribution']);
    const tracer = readProvider(root, 'tracer_provider', (provider) => {
      const { variables: own, exporters } = readTracerProvider(provider, reading);
      return { variables: { ...readSampler(provider), ...own }, exporters };
    });
    const meter = readProvider(root, 'meter_provider', (provider) => readMeterProvider(provider, reading));
    const logger = readProvider(root, 'logger_provider', (provider) => readLoggerProvider(provider, reading));
    const resource = root.section('resource');
    const { attributes, variables: detected } =
      resource === undefined ? { attributes: {}, variables: {} } : FileSection.read(resource, readResource);
    return {
      variables: {
        ...variables({ OTEL_SDK_DISABLED: root.value('disabled', FLAG) }),
        ...readLogLevel(root),
        ...readAttributeLimits(root),
        ...readPropagators(root),
        ...readInstrumentation(root),
        ...detected,
        ...tracer.variables,
        ...meter.variables,
        ...logger.variables,
      },
      resourceAttributes: attributes,
      exporters: [...tracer.exporters, ...meter.exporters, ...logger.exporters],
    };
  });
}

/** A provider that is left out sends nothing, as the format says. */
function readProvider(root: FileSection, key: string, read: (provider: FileSection) => ProviderSettings): ProviderSettings {
  const provider = root.section(key);
  return provider === undefined ? { variables: {}, exporters: [] } : FileSection.read(provider, read);
}

/** When the set-up begins is nothing that a file could say. */
function withoutOtel(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:OTEL_|_OTEL_(?!DEFER_))/.test(name)));
}
