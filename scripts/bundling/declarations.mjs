import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { rollUpTypes } from './rolled-up-types.mjs';

/** How a declaration file names another module. */
const MODULE = /(\bfrom |\bimport\()(['"])([^'"]+)\2/g;
/** The types of OpenTelemetry's packages that the application need not have. */
const TAKEN_IN = /^@opentelemetry\/(?!api$|api-logs$)/;
const TYPES_FILE = 'opentelemetry.d.ts';

/**
 * Writes the declarations that a package publishes: of what the compiler made, the files that its entries need, as
 * CommonJS, and one file with all types of OpenTelemetry's packages that they name.
 *
 * An ES module is handed on the same ones, unless the framework is published as ES modules alone: what declares
 * CommonJS could not name it.
 * @param {{ directory: string }} published
 * @param {{ entries: readonly string[], twice: boolean }} how
 */
export async function publishDeclarations({ directory }, { entries, twice }) {
  const made = join(directory, 'dist/declarations');
  const files = await reachableFiles(made, entries);
  const names = new Map();
  const texts = [...files].map(([file, text]) => [file, redirect(file, text, names)]);
  if (names.size > 0) {
    texts.push([TYPES_FILE, await rollUpTypes(directory, names)]);
  }
  const target = join(directory, 'dist/types');
  await rm(target, { recursive: true, force: true });
  await writeAll(target, [...texts, ['package.json', '{"type":"commonjs"}\n']]);
  if (twice) {
    await rm(join(directory, 'dist/esm-types'), { recursive: true, force: true });
    await writeAll(join(directory, 'dist/esm-types'), texts);
  }
}

async function reachableFiles(folder, entries) {
  const files = new Map();
  const visit = async (file) => {
    if (files.has(file)) {
      return;
    }
    files.set(file, '');
    const text = await readFile(join(folder, file), 'utf8');
    files.set(file, text);
    for (const [, , , name] of text.matchAll(MODULE)) {
      if (name.startsWith('.')) {
        await visit(posix.join(posix.dirname(file), name.replace(/\.js$/, '.d.ts')));
      }
    }
  };
  for (const entry of entries) {
    await visit(`${entry}.d.ts`);
  }
  return files;
}

/** Lets a file take OpenTelemetry's types from the one file that has them, and notes which ones. */
function redirect(file, text, names) {
  for (const [, list, , name] of text.matchAll(/\{([^{}]*)\} from (['"])([^'"]+)\2/g)) {
    if (TAKEN_IN.test(name)) {
      const types = list.split(',').map((part) => part.trim().replace(/^type /, '').replace(/ as .*/, ''));
      types.filter((type) => type !== '').forEach((type) => note(names, type, name));
    }
  }
  for (const [, name, type] of text.matchAll(/\bimport\(['"]([^'"]+)['"]\)\.(\w+)/g)) {
    if (TAKEN_IN.test(name)) {
      note(names, type, name);
    }
  }
  const own = `${posix.relative(posix.dirname(file), '.') || '.'}/${TYPES_FILE.replace('.d.ts', '.js')}`;
  return text.replace(MODULE, (whole, before, quote, name) => (TAKEN_IN.test(name) ? `${before}${quote}${own}${quote}` : whole));
}

function note(names, type, packageName) {
  const known = names.get(type) ?? packageName;
  if (known !== packageName) {
    throw new Error(`${type} is taken from ${known} and from ${packageName}`);
  }
  names.set(type, packageName);
}

async function writeAll(folder, texts) {
  for (const [file, text] of texts) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}
