import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { staleOutput } from '../../src/packages/built-output.js';
import { publishedFolders, readFiles, workspaceRoot } from '../../src/packages/workspace.js';

describe('the public surface', () => {
  it('is the one that was reviewed in docs/api', () => {
    expect(staleOutput()).toEqual([]);

    const { status, stderr } = spawnSync(process.execPath, [join(workspaceRoot, 'scripts/api.mjs')], { encoding: 'utf8' });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('has a sentence of documentation on every export', () => {
    const undocumented = readFiles('docs/api', ['.api.md']).flatMap(({ path, text }) => {
      const namesAfter = (mark: string): string[] =>
        [...text.matchAll(new RegExp(`^// @public${mark}\n(?:@.*\n)*export .*?(?:function|const|class|interface|type) (\\w+)`, 'gm'))].flatMap(
          ([, name]) => name ?? [],
        );
      // One sentence on the first overload is enough.
      const documented = namesAfter('');
      return namesAfter(' \\(undocumented\\)').filter((name) => !documented.includes(name)).map((name) => `${path}: ${name}`);
    });

    expect(undocumented).toEqual([]);
  });
});

describe.each(publishedFolders)('the version of %s', (folder) => {
  it('is the same in its manifest and in its source', () => {
    const manifest = JSON.parse(readFileSync(join(workspaceRoot, 'packages', folder, 'package.json'), 'utf8')) as {
      version: string;
    };
    const versions = readFiles(`packages/${folder}/src`, ['.ts']).flatMap(({ text }) =>
      [...text.matchAll(/^(?:export )?const VERSION = '(.*)';$/gm)].map(([, version]) => version),
    );

    expect(versions).toEqual(versions.length === 0 ? [] : [manifest.version]);
  });
});
