import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workspaceRoot } from '../../src/packages/workspace.js';

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

const functionOf = (count: number): string =>
  `export function f(x: number): number {\n${lines(count - 3, () => '  x += 1;')}\n  return x;\n}\n`;

const exportsOf = (count: number): string => `${lines(count, (index) => `export const v${index} = ${index};`)}\n`;

const source = 'packages/core/src/http/sample.ts';

const broken: readonly [rule: string, path: string, text: string][] = [
  ['max-lines', source, exportsOf(251)],
  ['max-lines-per-function', source, functionOf(61)],
  ['max-params', source, 'export const f = (a: number, b: number, c: number, d: number) => a + b + c + d;\n'],
  ['no-explicit-any', source, 'export const f = (a: unknown) => a as any;\n'],
  ['ban-ts-comment', source, '// @ts-ignore\nexport const a = 1;\n'],
  ['no-non-null-assertion', source, 'export const f = (a?: string) => a!.length;\n'],
  ['consistent-type-imports', source, "import { Span } from './span.js';\nexport type S = Span;\n"],
  ['no-default-export', source, 'export default 1;\n'],
  ['no-console', source, "console.log('x');\n"],
  ['no-console', 'packages/express/src/index.ts', "console.log('x');\n"],
  ['no-process-env', source, 'export const a = process.env.A;\n'],
  ['no-process-env', 'packages/nestjs/src/module.ts', "export const a = process.env['A'];\n"],
  ['no-restricted-imports', source, "import { env } from 'node:process';\nexport const a = env.A;\n"],
  ['eqeqeq', source, 'export const f = (a: unknown) => a == 1;\n'],
  ['curly', source, 'export const f = (a: boolean) => {\n  if (a) return 1;\n  return 2;\n};\n'],
  ['no-empty', source, 'export const f = () => {\n  try {\n    f();\n  } catch {}\n};\n'],
  ['no-floating-promises', source, 'export const f = async () => 1;\nf();\n'],
  ['no-unused-vars', source, "import type { Span } from './span.js';\nexport const a = 1;\n"],
  ['no-floating-promises', 'packages/core/test/sample.test.ts', 'export const f = async () => 1;\nf();\n'],
  ['no-explicit-any', 'packages/core/test/sample.test.ts', 'export const f = (a: unknown) => a as any;\n'],
  ['filename-case', 'packages/core/src/http/sampleFile.ts', 'export const a = 1;\n'],
];

const allowed: readonly [what: string, path: string, text: string][] = [
  ['a file of 250 lines', source, exportsOf(250)],
  ['a function of 60 lines', source, functionOf(60)],
  ['three parameters', source, 'export const f = (a: number, b: number, c: number) => a + b + c;\n'],
  ['the environment in its one reader', 'packages/core/src/options/env.ts', 'export const env = process.env;\n'],
  ['the console in the reporter', 'packages/core/src/diagnostics/report.ts', "console.warn('x');\n"],
  ['the default export of the Fastify plugin', 'packages/fastify/src/index.ts', 'export default () => undefined;\n'],
  ['a long function in a test', 'packages/core/test/sample.test.ts', functionOf(61)],
];

describe('the lint rules', () => {
  let folder: string;

  /** Lints one file in a folder of its own that has the workspace's rules; returns what was found. */
  const lint = (path: string, text: string): { code: number | null; output: string } => {
    const files = { [path]: text, [join(dirname(path), 'span.ts')]: 'export interface Span {\n  readonly id: string;\n}\n' };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(workspaceRoot, 'node_modules/oxlint/bin/oxlint'), '--deny-warnings', '--format=unix', 'packages'],
      { cwd: folder, encoding: 'utf8', timeout: 20_000 },
    );
    return { code: status, output: `${stdout}${stderr}` };
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otelier-lint-'));
    copyFileSync(join(workspaceRoot, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    copyFileSync(join(workspaceRoot, 'tsconfig.base.json'), join(folder, 'tsconfig.json'));
    symlinkSync(join(workspaceRoot, 'node_modules'), join(folder, 'node_modules'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each(broken)('report %s in %s', (rule, path, text) => {
    const { code, output } = lint(path, text);

    expect(output).toContain(`(${rule})`);
    expect(code).toBe(1);
  });

  it.each(allowed)('allow %s', (_, path, text) => {
    expect(lint(path, text)).toEqual({ code: 0, output: expect.not.stringContaining('error') });
  });
});
