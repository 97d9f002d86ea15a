import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../../..');

/** The TypeScript of a page, one text for each example. */
function examples(page: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code ?? '');
}

/** What the compiler finds wrong with examples, which use the built package. */
function typeErrors(codes: readonly string[]): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'otelier-examples-')));
  try {
    symlinkSync(join(ROOT, 'packages/core/node_modules'), join(folder, 'node_modules'));
    codes.forEach((code, index) => writeFileSync(join(folder, `example-${index}.mts`), code));
    const built = join(ROOT, 'packages/core/dist');
    const paths = { '@otelier/core': [join(built, 'index.d.ts')], '@otelier/core/testing': [join(built, 'testing.d.ts')] };
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      skipLibCheck: true,
      types: ['node', 'jest'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
      paths,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.mts'] }));
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    return spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the examples', () => {
  for (const [page, count] of [
    ['testing.md', 3],
    ['metrics.md', 1],
  ] as const) {
    it(`of docs/${page} are correct TypeScript`, () => {
      const codes = examples(page);
      expect(codes).toHaveLength(count);
      expect(typeErrors(codes)).toBe('');
    });
  }

  it('are really looked at', () => {
    expect(typeErrors(["import { setupTestTelemetry } from '@otelier/core/testing';\nsetupTestTelemetry().reset(1);\n"])).toContain(
      'error TS2554',
    );
  });
});
