import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** By the URL of a bundle: where each of its sources begins. */
const known = new Map();

/**
 * Finds the source that a line of a bundle was made from: the bundle names each one in a comment before its code.
 * @param {string} url of the bundle
 * @param {number} lineNumber from 0
 * @returns {string} the path of the source, or '' where the bundle says none
 */
export function bundledSource(url, lineNumber) {
  const starts = known.get(url) ?? readStarts(url);
  known.set(url, starts);
  return starts.findLast(({ line }) => line <= lineNumber)?.source ?? '';
}

function readStarts(url) {
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, line) => {
      const source = /^\/\/ (\S+\.[cm]?[jt]s)$/.exec(text)?.[1];
      return source === undefined ? [] : [{ line, source }];
    });
}
