import { compileWildcard } from './wildcard.js';

type SegmentTest = (segment: string) => boolean;

/** Any number of segments, none too. */
const DEEP = '**';

/**
 * Makes the test of a glob for paths: `*` and `?` stay within a segment, `**` as a segment stands for any number of
 * them, and a glob without a slash (`*.css`) is one for the last segment. A slash at the end of the path does not count.
 */
export function compilePathGlob(glob: string): (path: string) => boolean {
  const tests = segmentsOf(glob.includes('/') ? glob : `${DEEP}/${glob}`).map((segment) =>
    segment === DEEP ? DEEP : compileWildcard(segment),
  );
  return (path) => matchesSegments(tests, segmentsOf(path));
}

/** A path without the slash at its end; `/` stays. */
export function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function segmentsOf(path: string): string[] {
  const inner = withoutTrailingSlash(path);
  return (inner.startsWith('/') ? inner.slice(1) : inner).split('/');
}

/** As with a wildcard, only the last `**` is gone back to: the cost is bounded by segments times tests. */
function matchesSegments(tests: readonly (SegmentTest | typeof DEEP)[], segments: readonly string[]): boolean {
  let at = 0;
  let deep = -1;
  let resume = 0;
  for (let position = 0; position < segments.length; ) {
    const test = tests[at];
    if (test === DEEP) {
      deep = at;
      resume = position;
      at += 1;
    } else if (test?.(segments[position] ?? '') === true) {
      at += 1;
      position += 1;
    } else if (deep === -1) {
      return false;
    } else {
      resume += 1;
      position = resume;
      at = deep + 1;
    }
  }
  return tests.slice(at).every((test) => test === DEEP);
}
