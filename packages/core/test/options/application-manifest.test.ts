import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { verifies } from '@otelier/testkit';
import { readApplicationManifest } from '../../src/options/surroundings.js';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'otelier-manifest-')));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: unknown): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

function manifestOf(entryFile: string | undefined, workingDirectory = 'elsewhere'): unknown {
  return readApplicationManifest(entryFile && join(folder, entryFile), join(folder, workingDirectory));
}

describe("the application's package.json", () => {
  verifies('P2', 'is the nearest one above the entry file', () => {
    write('package.json', { name: 'workspace', version: '9.9.9' });
    write('services/shop/package.json', { name: '@acme/shop', version: '1.0.0', private: true });
    expect(manifestOf('services/shop/dist/main.js')).toEqual({ name: '@acme/shop', version: '1.0.0' });
  });

  verifies('P2', 'is the nearest one with a name, whose version belongs to it', () => {
    write('package.json', { name: 'shop' });
    write('dist/package.json', { type: 'commonjs', version: '5.0.0' });
    expect(manifestOf('dist/main.js')).toEqual({ name: 'shop' });
  });

  for (const tool of ['node_modules/.bin/jest', 'node_modules/pm2/lib/ProcessContainerFork.js']) {
    verifies('P2', `is the one of the working directory where ${tool} starts the program`, () => {
      write('package.json', { name: 'shop', version: '1.0.0' });
      write('node_modules/pm2/package.json', { name: 'pm2', version: '6.0.0' });
      write('node_modules/.bin/package.json', { name: 'bin', version: '6.0.0' });
      expect(manifestOf(tool, 'src')).toEqual({ name: 'shop', version: '1.0.0' });
    });
  }

  verifies('P2', 'is the one of the working directory where there is no entry file', () => {
    write('package.json', { name: 'shop', version: '1.0.0' });
    expect(manifestOf(undefined, '.')).toEqual({ name: 'shop', version: '1.0.0' });
  });

  for (const broken of ['{ "name": "shop", ', 'null', '[]', '"shop"', '', '{"name":7}', '{"name":""}']) {
    verifies('P2', `is looked for further above where it holds ${broken || 'nothing'}`, () => {
      write('package.json', { name: 'above', version: '1.0.0' });
      write('shop/package.json', broken);
      expect(manifestOf('shop/main.js')).toEqual({ name: 'above', version: '1.0.0' });
    });
  }

  verifies('P2', 'has no version where that is no text', () => {
    write('package.json', { name: 'shop', version: 2 });
    expect(manifestOf('main.js')).toEqual({ name: 'shop' });
  });

  verifies('P2', 'is none where there is none up to the root', () => {
    expect(manifestOf('main.js')).toEqual({});
  });
});
