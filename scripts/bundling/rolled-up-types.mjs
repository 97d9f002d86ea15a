import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const BUNDLED = ['context-async-hooks', 'core', 'otlp-exporter-base', 'otlp-transformer', 'resources', 'sdk-logs', 'sdk-metrics']
  .concat(['sdk-trace', 'sdk-trace-base', 'sdk-trace-node'])
  .map((name) => `@opentelemetry/${name}`);

/**
 * Copies types of OpenTelemetry's packages, with all that they need, into one text.
 * @param {string} directory the package that has them as dependencies
 * @param {ReadonlyMap<string, string>} names the package of each type
 * @returns {Promise<string>} a declaration file
 * @throws {Error} with what the extractor found wrong
 */
export async function rollUpTypes(directory, names) {
  const folder = await mkdtemp(join(directory, 'dist/rolled-up-'));
  try {
    const entry = join(folder, 'entry.d.ts');
    const lines = [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, packageName]) => `export { ${type} } from '${packageName}';\n`);
    await writeFile(entry, lines.join(''));
    const rolledUp = join(folder, 'types.d.ts');
    extract(directory, entry, rolledUp);
    return await readFile(rolledUp, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function extract(directory, entry, rolledUp) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: join(directory, 'api-extractor.json'),
    packageJsonFullPath: join(directory, 'package.json'),
    configObject: {
      projectFolder: directory,
      mainEntryPointFilePath: entry,
      bundledPackages: BUNDLED,
      apiReport: { enabled: false },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: rolledUp, omitTrimmingComments: true },
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            lib: ['ES2023'],
            module: 'esnext',
            moduleResolution: 'bundler',
            strict: true,
            skipLibCheck: true,
            types: ['node'],
          },
          files: [entry],
        },
      },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  const problems = [];
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) {
        problems.push(message.text);
      }
    },
  });
  if (!succeeded) {
    throw new Error(`the types of OpenTelemetry's packages can't be read:\n${problems.join('\n')}`);
  }
}
