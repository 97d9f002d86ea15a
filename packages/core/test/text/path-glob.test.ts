import { verifies } from '@otelier/testkit';
import { compilePathGlob } from '../../src/text/path-glob.js';
import { compileWildcard } from '../../src/text/wildcard.js';

function matching(glob: string, paths: readonly string[]): readonly string[] {
  return paths.filter(compilePathGlob(glob));
}

describe('a glob for paths', () => {
  const paths = ['/', '/assets', '/assets/', '/assets/a.css', '/assets/a/b.css', '/api/v1/health', '/api/health', '/a.css/b'];

  for (const [glob, expected] of [
    ['/assets/**', ['/assets', '/assets/', '/assets/a.css', '/assets/a/b.css']],
    ['/assets/*', ['/assets/a.css']],
    ['assets/*', ['/assets/a.css']],
    ['/api/*/health', ['/api/v1/health']],
    ['/api/**/health', ['/api/v1/health', '/api/health']],
    ['/api/**/health/', ['/api/v1/health', '/api/health']],
    ['**/health', ['/api/v1/health', '/api/health']],
    ['*.css', ['/assets/a.css', '/assets/a/b.css']],
    ['/*.css', []],
    ['/**/*.css', ['/assets/a.css', '/assets/a/b.css']],
    ['/**/a*/*', ['/assets/a.css', '/assets/a/b.css', '/api/health', '/a.css/b']],
    ['/api/v?/health', ['/api/v1/health']],
    ['/assets/**/**/b.css', ['/assets/a/b.css']],
    ['/**', paths],
    ['*', paths],
    ['/a.css*', []],
  ] as const) {
    verifies('R16', `matches whole segments: ${glob}`, () => {
      expect(matching(glob, paths)).toEqual(expected);
    });
  }

  verifies('R16', 'takes no other character for a special one', () => {
    expect(matching('/a.(b)+[c]*', ['/a.(b)+[c]d', '/axbbcd', '/a.(b)+c'])).toEqual(['/a.(b)+[c]d']);
  });

  verifies(['R16', 'X6'], 'ends for paths that make one with many stars go back', () => {
    const segment = 'a'.repeat(4000);
    expect(compileWildcard(`${'*a'.repeat(200)}b`)(segment)).toBe(false);
    expect(compileWildcard(`${'*a'.repeat(200)}`)(segment)).toBe(true);
    expect(compilePathGlob(`/${'**/a/'.repeat(200)}b`)('/a'.repeat(4000))).toBe(false);
    expect(compilePathGlob(`/${'**/a/'.repeat(200)}**`)('/a'.repeat(4000))).toBe(true);
  });
});
