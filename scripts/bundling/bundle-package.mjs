import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
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
 * @throws {Error} when a module is not found
 */
export async function bundlePackage({ directory, manifest }, { entries, format, shared }) {
  const sources = join(directory, 'src');
  const fileOf = (entry) => join(sources, `${entry}.ts`);
  const { plugin, includes } = sharedFile(entries.filter((entry) => USED_TOGETHER.includes(entry)).map(fileOf));
  const bundle = await rolldown({
    cwd: directory,
    input: Object.fromEntries(entries.map((entry) => [entry, fileOf(entry)])),
    platform: 'node',
    external: isInstalled(manifest),
    tsconfig: join(directory, 'tsconfig.json'),
    resolve: { mainFields: ['module', 'main'], extensionAlias: { '.js': ['.ts', '.js'] } },
    treeshake: { moduleSideEffects: (id) => id === fileOf('register') },
    plugins: [modulesFromCommonJs(), namedApiImports(), lazyChunks(sources), plugin, sourceComments()],
    onLog: (level, log, report) => report(level === 'warn' ? 'error' : level, log),
  });
  const settings = outputSettings(format, shared && { name: shared, test: includes });
  const { output } = await bundle.write({ dir: join(directory, 'dist'), ...settings });
  await bundle.close();
  return { made: output.map(({ fileName }) => fileName), sources: output.flatMap(({ moduleIds = [] }) => moduleIds) };
}

function outputSettings(format, group) {
  const name = `[name].${format === 'cjs' ? 'cjs' : 'js'}`;
  return {
    format,
    exports: 'named',
    strict: true,
    esModule: true,
    generatedCode: { symbols: false },
    entryFileNames: name,
    chunkFileNames: name,
    // The names of the sources stay, for who reads a stack trace.
    comments: { legal: false, jsdoc: false, annotation: false },
    ...(group && { codeSplitting: { groups: [group] } }),
  };
}

function isInstalled({ dependencies = {}, peerDependencies = {} }) {
  const names = [...builtinModules, ...Object.keys(dependencies), ...Object.keys(peerDependencies)];
  return (id) => id.startsWith('node:') || names.some((name) => id === name || id.startsWith(`${name}/`));
}
