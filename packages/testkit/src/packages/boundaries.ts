import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { importedModules, type ImportedModule } from './imported-modules.js';
import type { PublishedFolder, SourceFile } from './workspace.js';

/** What each package may import beside Node's own modules and its own files; `*` stands for any end. */
const allowedModules: Record<PublishedFolder, readonly string[]> = {
  core: ['@opentelemetry/*', 'yaml'],
  express: ['@opentelemetry/api', '@otelier/core', '@otelier/core/adapter', 'express'],
  fastify: ['@opentelemetry/api', '@otelier/core', '@otelier/core/adapter', 'fastify', 'fastify-plugin'],
  nestjs: [
    '@opentelemetry/api',
    '@otelier/core',
    '@otelier/core/adapter',
    '@otelier/express',
    '@otelier/fastify',
    '@nestjs/common',
    '@nestjs/core',
    '@nestjs/core/exceptions/exceptions-handler.js',
  ],
};

/**
 * Who inside core may import which parts of OpenTelemetry; the API is open to all.
 *
 * `@opentelemetry/core` is the vocabulary that instrumentations share (the RPC metadata, the mark that suppresses
 * tracing), not the SDK.
 */
const openTelemetryIn: Record<string, { readonly modules: readonly string[]; readonly typesOnly?: boolean }> = {
  'sdk/': { modules: ['@opentelemetry/*'] },
  'pipeline/': { modules: ['@opentelemetry/core', '@opentelemetry/sdk-*', '@opentelemetry/otlp-*'] },
  'integrations/': { modules: ['@opentelemetry/core'] },
  'console/': { modules: ['@opentelemetry/core', '@opentelemetry/sdk-*'] },
  'outgoing/': { modules: ['@opentelemetry/core'] },
  'logs/': { modules: ['@opentelemetry/core', '@opentelemetry/api-logs'] },
  'http/': { modules: ['@opentelemetry/core'] },
  'propagation/': { modules: ['@opentelemetry/core'] },
  'destinations/': { modules: ['@opentelemetry/exporter-*', '@opentelemetry/otlp-*', '@opentelemetry/sdk-*'] },
  'options/': { modules: ['@opentelemetry/sdk-*'], typesOnly: true },
  'testing/': { modules: ['@opentelemetry/core', '@opentelemetry/sdk-*'] },
  'sampling/': { modules: ['@opentelemetry/sdk-*'] },
  'spans/': { modules: ['@opentelemetry/core', '@opentelemetry/sdk-*'] },
};

const bottom = ['given-object', 'lazily', 'own-method', 'shared-state', 'version'];

/**
 * The rooms of core from the bottom to the top, each with the rooms that it may enter. What is not listed is an error,
 * so that a new room finds its place here first.
 */
export const coreRooms: Record<string, readonly string[]> = {
  'given-object': [],
  lazily: [],
  'own-method': [],
  'shared-state': [],
  version: [],
  'deferred-start': ['shared-state'],
  'text/': [],
  'sql/': bottom,
  'redaction/': ['text/'],
  'diagnostics/': bottom,
  'metrics/': [...bottom, 'diagnostics/'],
  lifetime: ['shared-state', 'diagnostics/'],
  'runtime-metrics/': [...bottom, 'diagnostics/'],
  'console/': [],
  'destinations/': [...bottom, 'diagnostics/'],
  'tracing/': [...bottom, 'deferred-start', 'diagnostics/', 'redaction/'],
  'propagation/': ['diagnostics/', 'text/', 'tracing/'],
  'options/': [...bottom, 'diagnostics/', 'destinations/', 'metrics/', 'redaction/', 'text/'],
  'spans/': ['diagnostics/', 'options/', 'tracing/'],
  'http/': [...bottom, 'deferred-start', 'lifetime', 'diagnostics/', 'metrics/', 'options/', 'redaction/', 'text/', 'tracing/'],
  'outgoing/': [...bottom, 'lifetime', 'diagnostics/', 'http/', 'metrics/', 'options/', 'redaction/', 'text/', 'tracing/'],
  'database/': [...bottom, 'lifetime', 'diagnostics/', 'metrics/', 'options/', 'sql/', 'text/', 'tracing/'],
  'logs/': [...bottom, 'diagnostics/', 'options/', 'redaction/', 'text/', 'tracing/'],
  'integrations/': [...bottom, 'deferred-start', 'lifetime', 'diagnostics/', 'database/', 'logs/', 'options/', 'outgoing/', 'text/', 'tracing/'],
  'sampling/': ['diagnostics/', 'given-object', 'options/', 'propagation/'],
  'pipeline/': [...bottom, 'diagnostics/', 'metrics/', 'options/', 'destinations/', 'tracing/'],
  'sdk/': [
    ...bottom,
    'deferred-start',
    'lifetime',
    'diagnostics/',
    'console/',
    'destinations/',
    'http/',
    'integrations/',
    'logs/',
    'metrics/',
    'options/',
    'pipeline/',
    'propagation/',
    'runtime-metrics/',
    'sampling/',
    'spans/',
    'tracing/',
  ],
  'script/': ['diagnostics/', 'options/', 'sdk/', 'tracing/'],
  'testing/': ['diagnostics/', 'metrics/', 'options/', 'sdk/'],
  'bullmq/': ['lazily', 'diagnostics/', 'integrations/', 'options/', 'sdk/', 'tracing/'],
};

/** The files of core that users and adapters import; they may enter every room, and no room may enter them. */
export const coreEntries = ['index', 'adapter', 'register', 'testing'];

const matches = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));

const isOwn = (name: string): boolean => name.startsWith('./') || name.startsWith('../');

const roomOf = (path: string): string => {
  const [first = '', ...rest] = path.split('/');
  return rest.length > 0 ? `${first}/` : first.replace(/(\.d)?\.[cm]?[jt]s$/, '');
};

/** The imports of a package's files that leave what the package may use, one sentence each. */
export function foreignImports(folder: PublishedFolder, files: readonly SourceFile[]): readonly string[] {
  return eachImport(files)
    .filter(({ imported: { name } }) => !isOwn(name) && !name.startsWith('node:') && !matches(name, allowedModules[folder]))
    .map(({ path, imported }) => `${folder}/${path} imports ${imported.name}`);
}

/** What an installed package has for sure: what its manifest asks for. */
export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The modules that published files name and that nobody installs with them, one sentence each. */
export function undeclaredImports(manifest: Manifest, files: readonly SourceFile[]): readonly string[] {
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  return eachImport(files)
    .filter(({ imported: { name } }) => !isOwn(name) && !isBuiltin(name))
    .filter(({ imported: { name } }) => !matches(name, declared.flatMap((known) => [known, `${known}/*`])))
    .map(({ path, imported }) => `${manifest.name}/${path} imports ${imported.name}`);
}

/** The imports of OpenTelemetry packages that core's files make outside the rooms for it, one sentence each. */
export function misplacedSdkImports(files: readonly SourceFile[]): readonly string[] {
  return eachImport(files)
    .filter(({ path, imported: { name, typeOnly } }) => {
      const room = openTelemetryIn[roomOf(path)];
      const isOpen = !name.startsWith('@opentelemetry/') || name === '@opentelemetry/api';
      const isAllowed = room !== undefined && matches(name, room.modules);
      return !isOpen && !(isAllowed && (typeOnly || room.typesOnly !== true));
    })
    .map(({ path, imported }) => `core/${path} imports ${imported.name}`);
}

/** The imports between core's own files that go against the order of its rooms, one sentence each. */
export function upwardImports(files: readonly SourceFile[]): readonly string[] {
  return eachImport(files)
    .filter(({ imported }) => isOwn(imported.name))
    .map(({ path, imported }) => ({ path, target: posix.join(posix.dirname(path), imported.name) }))
    .filter(({ path, target }) => {
      const [from, to] = [roomOf(path), roomOf(target)];
      return from !== to && !coreEntries.includes(from) && coreRooms[from]?.includes(to) !== true;
    })
    .map(({ path, target }) => `core/${path} imports ${target}`);
}

function eachImport(files: readonly SourceFile[]): { readonly path: string; readonly imported: ImportedModule }[] {
  return files.flatMap((file) => importedModules(file).map((imported) => ({ path: file.path, imported })));
}
