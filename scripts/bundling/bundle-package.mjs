import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { constantImports } from './constant-imports.mjs';
import { lazyChunks } from './lazy-chunks.mjs';
import { modulesFromCommonJs } from './modules-from-commonjs.mjs';
import { namedApiImports } from './named-api-imports.mjs';
import { sharedFile } from './shared-file.mjs';
import { sourceComments } from './source-comments.mjs';

/** The entries of core that a program uses together; the others are used by themselves, or have an effect. */
const USED_TOGETHER = ['index', 'adapter'];

/**
 * Bundles a package into its dist folder: what Node brings, and what the manifest asks for, is left to be loaded.
 * @param {{ directory: string, manifest: Record<string, any> }} published
 * @param {{ entries: readonly string[], format: 'cjs' | 'esm', shared?: string }} how `shared` names the file for what
 *   the entries need that are used together
 * @returns {Promise<{ made: readonly string[], sources: readonly string[] }>} the names of the files in dist, and the files
 *   that were taken in
 * @throws {Error} when a module is not found, or two files would have one name
 */
export async function bundlePackage({ directory, manifest }, { entries, format, shared }) {
  const sources = join(directory, 'src');
  const fileOf = (entry) => join(sources, `${entry}.ts`);
  const { plugin, includes } = sharedFile(entries.filter((entry) => USED_TOGETHER.includes(entry)).map(fileOf));
  const lazy = lazyChunks(sources);
  const bundle = await rolldown({
    cwd: directory,
    input: Object.fromEntries(entries.map((entry) => [entry, fileOf(entry)])),
    platform: 'node',
    external: isInstalled(manifest),
    tsconfig: join(directory, 'tsconfig.json'),
    resolve: { mainFields: ['module', 'main'], extensionAlias: { '.js': ['.ts', '.js'] } },
    treeshake: { moduleSideEffects: (id) => id === fileOf('register') },
    plugins: [modulesFromCommonJs(), namedApiImports(), lazy.plugin, plugin, sourceComments(), constantImports()],
    onLog: (level, log, report) => report(level === 'warn' ? 'error' : level, log),
  });
  const settings = outputSettings(format, lazy.nameOf, shared && { name: shared, test: includes });
  const { output } = await bundle.write({ dir: join(directory, 'dist'), ...settings });
  await bundle.close();
  const made = output.map(({ fileName }) => fileName);
  // A file that is loaded when it is used is called as its source is, wherever that lies: one would replace the other.
  const again = made.filter((name, index) => made.indexOf(name) !== index);
  if (again.length > 0) {
    throw new Error(`two sources of ${manifest.name} would become ${again.join(', ')}`);
  }
  return { made, sources: output.flatMap(({ moduleIds = [] }) => moduleIds) };
}

function outputSettings(format, nameOf, group) {
  const extension = format === 'cjs' ? 'cjs' : 'js';
  return {
    format,
    exports: 'named',
    strict: true,
    esModule: true,
    generatedCode: { symbols: false },
    entryFileNames: `[name].${extension}`,
    chunkFileNames: (chunk) => `${nameOf(chunk)}.${extension}`,
    // The names of the sources stay, for who reads a stack trace.
    comments: { legal: false, jsdoc: false, annotation: false },
    ...(group && { codeSplitting: { groups: [group] } }),
  };
}

function isInstalled({ dependencies = {}, peerDependencies = {} }) {
  const names = [...builtinModules, ...Object.keys(dependencies), ...Object.keys(peerDependencies)];
  return (id) => id.startsWith('node:') || names.some((name) => id === name || id.startsWith(`${name}/`));
}
