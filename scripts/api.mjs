import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { readPublishedPackages, workspaceRoot } from './published-packages.mjs';

/**
 * Compares the public surface of every entry, as its built declarations say it, with the reviewed files in docs/api.
 * With --update it writes these files instead.
 */
const reviewed = join(workspaceRoot, 'docs/api');
const update = process.argv.includes('--update');

/** Every entry of a package that has declarations: `.` and `./adapter`, not `./package.json`. */
function entriesOf({ folder, directory, manifest }) {
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath, target]) => ({
      name: [folder, subpath.slice(2)].filter((part) => part !== '').join('-'),
      directory,
      // Those of the compiler name OpenTelemetry's types, which the published ones hold.
      declarations: join(directory, 'dist/declarations', basename(target.require.types)),
    }));
}

/** Writes the surface of one entry as text; what the extractor finds wrong stays in the text as a warning. */
async function describeEntry({ name, directory, declarations }, workFolder) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: join(directory, 'api-extractor.json'),
    packageJsonFullPath: join(directory, 'package.json'),
    configObject: {
      projectFolder: directory,
      mainEntryPointFilePath: declarations,
      apiReport: {
        enabled: true,
        reportFolder: workFolder,
        reportTempFolder: join(workFolder, 'temp'),
        reportFileName: name,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      compiler: { overrideTsconfig: compilerSettings(declarations) },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
          // Everything that an entry exports is public, and the report marks what is undocumented by itself.
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          // A link from one entry to another can't be resolved, and is right all the same.
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
          'ae-undocumented': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
          // The house's tag is @default, as editors show it; TSDoc's own is @defaultValue.
          'tsdoc-undefined-tag': { logLevel: ExtractorLogLevel.None },
        },
      },
    },
  });
  const messages = [];
  const { succeeded, errorCount } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) {
        messages.push(message.formatMessageWithLocation(workspaceRoot));
      }
    },
  });
  if (!succeeded || errorCount > 0) {
    throw new Error(`the declarations of ${name} can't be read:\n${messages.join('\n')}`);
  }
  return readFile(join(workFolder, `${name}.api.md`), 'utf8');
}

function compilerSettings(declarations) {
  return {
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2023'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      strict: true,
      skipLibCheck: true,
      types: ['node'],
    },
    files: [declarations],
  };
}

/** The first line in which two texts differ, as a person wants to see it. */
function firstDifference(before, after) {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const index = now.findIndex((line, at) => line !== old[at]);
  const at = index === -1 ? now.length : index;
  return `line ${at + 1}\n  reviewed: ${old[at] ?? '(end)'}\n  built:    ${now[at] ?? '(end)'}`;
}

const workFolder = await mkdtemp(join(tmpdir(), 'otelier-api-'));
try {
  const entries = (await readPublishedPackages()).flatMap(entriesOf);
  for (const entry of entries) {
    const file = join(reviewed, `${entry.name}.api.md`);
    const built = await describeEntry(entry, workFolder);
    const before = await readFile(file, 'utf8').catch(() => '');
    if (update) {
      await mkdir(reviewed, { recursive: true });
      await writeFile(file, built);
    } else if (built !== before) {
      const where = relative(workspaceRoot, file);
      process.stderr.write(`${where} is not what the build gives: ${firstDifference(before, built)}\n`);
      process.stderr.write('When the change is wanted: npm run api -- --update, and review the file.\n');
      process.exitCode = 1;
    }
  }
} finally {
  await rm(workFolder, { recursive: true, force: true });
}
