import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  coreEntries,
  coreRooms,
  foreignImports,
  misplacedSdkImports,
  undeclaredImports,
  upwardImports,
  type Manifest,
} from '../../src/packages/boundaries.js';
import { staleOutput } from '../../src/packages/built-output.js';
import { importedModules } from '../../src/packages/imported-modules.js';
import { publishedFolders, readFiles, workspaceRoot, type PublishedFolder, type SourceFile } from '../../src/packages/workspace.js';

const file = (path: string, ...lines: string[]): SourceFile => ({ path, text: lines.join('\n') });

describe('the search for imports', () => {
  it('finds every form in which a file names a module', () => {
    const source = file(
      'sample.ts',
      "import type { A } from 'a';",
      "import { type B } from 'b';",
      "import c, { type C } from 'c';",
      "export * from 'd';",
      "export { e } from 'e';",
      "import f = require('f');",
      "const g = await import('g');",
      "const h = require('h');",
      "export type I = import('i').I;",
      "declare module 'j' { interface J {} }",
      "import 'k';",
      "const text = \"import 'l'\"; // import 'm'",
      'const n = require(text);',
    );

    expect(importedModules(source)).toEqual([
      { name: 'a', typeOnly: true },
      { name: 'b', typeOnly: true },
      { name: 'c', typeOnly: false },
      { name: 'd', typeOnly: false },
      { name: 'e', typeOnly: false },
      { name: 'f', typeOnly: false },
      { name: 'g', typeOnly: false },
      { name: 'h', typeOnly: false },
      { name: 'i', typeOnly: true },
      { name: 'j', typeOnly: true },
      { name: 'k', typeOnly: false },
    ]);
  });
});

describe('the rules of the boundaries', () => {
  it('report a framework in core and the SDK in an adapter', () => {
    const source = file('http/sample.ts', "import express from 'express';", "import { x } from '@opentelemetry/sdk-trace-node';");

    expect(foreignImports('core', [source])).toEqual(['core/http/sample.ts imports express']);
    expect(foreignImports('express', [source])).toEqual(['express/http/sample.ts imports @opentelemetry/sdk-trace-node']);
  });

  it('report the SDK outside its rooms, and values of it where only types are allowed', () => {
    const value = "import { Sampler } from '@opentelemetry/sdk-trace-node';";
    const type = "import type { Sampler } from '@opentelemetry/sdk-trace-node';";

    const found = misplacedSdkImports([
      file('http/sample.ts', type),
      file('options/values.ts', value),
      file('options/types.ts', type),
      file('sdk/sample.ts', value),
    ]);

    expect(found).toEqual([
      'core/http/sample.ts imports @opentelemetry/sdk-trace-node',
      'core/options/values.ts imports @opentelemetry/sdk-trace-node',
    ]);
  });

  it('report what nobody installs with a published file', () => {
    const manifest = { name: 'sample', dependencies: { a: '1.0.0' }, peerDependencies: { b: '>=1' } };
    const source = file('index.cjs', "require('a');", "require('b/inner.js');", "require('c');", "require('fs');", "require('./d.cjs');");

    expect(undeclaredImports(manifest, [source])).toEqual(['sample/index.cjs imports c']);
  });

  it('report an import that goes up, and one from a room without a place', () => {
    const found = upwardImports([
      file('http/sample.ts', "import { start } from '../sdk/start.js';"),
      file('sdk/sample.ts', "import { observe } from '../http/observe.js';"),
      file('attic/sample.ts', "import { report } from '../diagnostics/report.js';"),
      file('sql/sample.ts', "import { index } from '../index.js';"),
    ]);

    expect(found).toEqual([
      'core/http/sample.ts imports sdk/start.js',
      'core/attic/sample.ts imports diagnostics/report.js',
      'core/sql/sample.ts imports index.js',
    ]);
  });

  it('let a room enter only rooms that are listed before it', () => {
    const rooms = Object.keys(coreRooms);

    const upward = rooms.flatMap((room, index) =>
      (coreRooms[room] ?? []).filter((other) => !rooms.slice(0, index).includes(other)).map((other) => `${room} → ${other}`),
    );

    expect(upward).toEqual([]);
  });
});

describe.each(publishedFolders)('the sources of %s', (folder) => {
  const files = readFiles(`packages/${folder}/src`, ['.ts']);

  it('import only what the package may use', () => {
    expect(files).not.toHaveLength(0);
    expect(foreignImports(folder, files)).toEqual([]);
  });

  it('export by name, never everything of a file', () => {
    expect(files.filter(({ text }) => /^export \*/m.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('have names that say what is in them', () => {
    expect(files.filter(({ path }) => /(^|\/)(utils?|helpers?|common)\.ts$/.test(path)).map(({ path }) => path)).toEqual([]);
  });
});

describe('the sources of core', () => {
  const files = readFiles('packages/core/src', ['.ts']);

  it('import OpenTelemetry packages beside the API only in the rooms for it', () => {
    expect(misplacedSdkImports(files)).toEqual([]);
  });

  it('import one another in one direction', () => {
    expect(upwardImports(files)).toEqual([]);
  });

  it('have no file beside the rooms and the entries', () => {
    const beside = files.map(({ path }) => path.replace(/\.ts$/, '')).filter((path) => !path.includes('/'));

    expect(beside.filter((name) => !coreEntries.includes(name) && coreRooms[name] === undefined)).toEqual([]);
  });
});

describe('the build', () => {
  it('is that of the sources', () => {
    expect(staleOutput()).toEqual([]);
  });

  describe.each(publishedFolders)('of %s', (folder) => {
    const manifest = readManifest(folder);

    it('imports only what is installed with it, and its declarations too', () => {
      const files = publishedFiles(folder);

      expect(files).not.toHaveLength(0);
      expect(undeclaredImports(manifest, files)).toEqual([]);
    });
  });

  it('of core has declarations that import one another in one direction', () => {
    const files = readFiles('packages/core/dist/types', ['.d.ts']).filter(({ path }) => path !== 'opentelemetry.d.ts');

    expect(files).not.toHaveLength(0);
    expect(upwardImports(files.map(withoutTypesOfOthers))).toEqual([]);
  });

  it('of core says whose parts it holds, with their licences', () => {
    const [notice] = readFiles('packages/core/dist', ['THIRD-PARTY.txt']);
    const code = readFiles('packages/core/dist', ['.cjs']).map(({ text }) => text);
    const named = code.flatMap((text) => [...text.matchAll(/^\/\/ ((?:@[^/\n]+\/)[^/\n]+)\//gm)].map(([, name]) => name ?? ''));

    expect(new Set(named).size).toBeGreaterThan(5);
    expect([...new Set(named)].filter((name) => notice?.text.includes(`${name} `) !== true)).toEqual([]);
    expect(notice?.text).toContain('Apache License');
  });
});

/** The files that are packed. */
function publishedFiles(folder: PublishedFolder): readonly SourceFile[] {
  const isMade = ({ path }: SourceFile): boolean => !path.startsWith('declarations/');
  return readFiles(`packages/${folder}/dist`, ['.js', '.cjs', '.d.ts']).filter(isMade);
}

function readManifest(folder: PublishedFolder): Manifest {
  return JSON.parse(readFileSync(join(workspaceRoot, 'packages', folder, 'package.json'), 'utf8')) as Manifest;
}

/** One file holds the types of OpenTelemetry's packages, for all rooms. */
function withoutTypesOfOthers({ path, text }: SourceFile): SourceFile {
  return { path, text: text.replace(/'(?:\.\.?\/)+opentelemetry\.js'/g, "'@opentelemetry/types'") };
}
