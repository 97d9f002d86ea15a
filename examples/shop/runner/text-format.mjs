/**
 * A duration in the unit that reads best.
 * @param {number} millis
 */
export function formatDuration(millis) {
  if (millis < 1) {
    return `${(millis * 1000).toFixed(0)} µs`;
  }
  return millis < 1000 ? `${millis.toFixed(1)} ms` : `${(millis / 1000).toFixed(2)} s`;
}

/** Without control characters, which a terminal obeys. */
function oneLine(text) {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/**
 * A text on one line, cut to a number of columns with an ellipsis.
 * @param {string} text
 * @param {number} columns
 */
export function cut(text, columns) {
  const line = oneLine(text);
  return line.length <= columns ? line : `${line.slice(0, Math.max(columns - 1, 0))}…`;
}

/**
 * A text on at most two lines, broken between words where it can be; the rest is cut.
 * @param {string} text
 * @param {number} columns
 * @returns {string[]}
 */
export function wrap(text, columns) {
  const line = oneLine(text);
  if (line.length <= columns) {
    return [line];
  }
  const space = line.lastIndexOf(' ', columns);
  const split = space > columns / 2 ? space : columns;
  return [line.slice(0, split), cut(line.slice(split), columns)];
}
