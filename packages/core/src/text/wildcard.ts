/** Whether a text is a pattern: `*` and `?` stand for other characters. */
export function isWildcard(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * Makes the test of a pattern in which `*` stands for any characters, none too, and `?` for one.
 *
 * It goes back to the last star only, so that a hostile text costs its length times that of the pattern.
 */
export function compileWildcard(pattern: string): (text: string) => boolean {
  return isWildcard(pattern) ? (text) => matchesWildcard(pattern, text) : (text) => text === pattern;
}

function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let position = 0; position < text.length; ) {
    if (pattern[at] === '*') {
      star = at;
      resume = position;
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === text[position]) {
      at += 1;
      position += 1;
    } else if (star === -1) {
      return false;
    } else {
      resume += 1;
      position = resume;
      at = star + 1;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}
