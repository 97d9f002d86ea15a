import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram, verifiedTitle } from '@otelier/testkit';
import type { ProgramEnd } from '@otelier/testkit';

const script = join(__dirname, '../../../scripts/list-acceptance.mjs');
// Spelled apart, so that the script does not take the texts in this file for tests.
const word = 'verifies';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'otelier-acceptance-'));
  write(
    'docs/acceptance.md',
    '| id | behaviour | issue |\n|---|---|---|\n| R1 | First | 4 |\n| X3b | Second | 5 |\n| N1 | Third | – |\n',
  );
});

afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function list(...args: string[]): Promise<ProgramEnd> {
  const program = await runProgram(script, { args: ['--root', root, ...args] });
  return program.exit;
}

it('lists the files that name an id, in all three forms', async () => {
  write('packages/core/test/deep/a.test.ts', `${word}('R1', 'title', () => {});`);
  write('packages/testkit/src/conformance/specs.ts', `export const specs = [{ ${word}: ['R1', 'X3b'], title: 'a' }];`);
  write('examples/shop/demo.test.ts', `${word}(\n  ['N1', "R1"],\n  'title',\n  () => {},\n);`);
  const { code, stdout } = await list('--issue', '5');
  expect(stdout).toBe(
    [
      'R1   First',
      '       examples/shop/demo.test.ts',
      '       packages/core/test/deep/a.test.ts',
      '       packages/testkit/src/conformance/specs.ts',
      'X3b  Second',
      '       packages/testkit/src/conformance/specs.ts',
      'N1   Third',
      '       examples/shop/demo.test.ts',
      '',
      '3 of 3 ids have a test.',
      '',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

it('fails when an id asked for up to the issue has no test, and says which are due later', async () => {
  write('packages/core/test/a.test.ts', `// ${word}('R1', 'not written yet')\n/* ${word}('X3b') */`);
  const { code, stdout } = await list('--issue', '4');
  expect(code).toBe(1);
  expect(stdout).toContain('Without a test, asked for after issue 4: X3b N1');
  expect(stdout).toContain('WITHOUT A TEST, asked for up to issue 4: R1');
});

it('fails when a test names an id that does not exist', async () => {
  write('packages/core/test/a.test.ts', `${word}(['R1', 'R99'], 'title', () => {});`);
  const { code, stdout } = await list();
  expect([code, stdout]).toEqual([
    1,
    expect.stringContaining('UNKNOWN IDS in tests: R99 in packages/core/test/a.test.ts'),
  ]);
});

it('refuses an issue that is not a number', async () => {
  expect(await list('--issue', 'two')).toMatchObject({
    code: 2,
    stderr: "--issue is 'two'; it takes the number of an issue.\n",
  });
});

it('puts the ids of a test at the end of its title, and refuses what is no id', () => {
  expect(verifiedTitle('R1', 'keeps the parent')).toBe('keeps the parent [R1]');
  expect(verifiedTitle(['R1', 'X3b'], 'keeps the parent')).toBe('keeps the parent [R1, X3b]');
  expect(() => verifiedTitle('R-1', 'keeps the parent')).toThrow(
    new TypeError("'R-1' is no acceptance id; allowed are ids such as R12 or X3b."),
  );
});
