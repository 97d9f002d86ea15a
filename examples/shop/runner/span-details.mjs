/**
 * @typedef {object} Detail
 * @property {string} text
 * @property {(text: string) => string} paint
 */

/**
 * What a reader wants to know of a span beyond its name: the route, the query, what went wrong, what was logged.
 * @param {import('./trace-tree.mjs').TreeNode} node
 * @param {import('./palette.mjs').Palette} palette
 * @returns {Detail[]}
 */
export function describeNode({ span, logs }, palette) {
  return [
    ...describeRequest(span).map((text) => ({ text, paint: palette.dim })),
    ...describeQuery(span).map((text) => ({ text, paint: palette.dim })),
    ...describeErrors(span).map((text) => ({ text, paint: palette.red })),
    ...logs.map(({ level, message }) => ({ text: `log ${level}: ${message}`, paint: palette.yellow })),
  ];
}

function describeRequest({ kind, attributes }) {
  const { 'http.route': route, 'url.path': path, 'url.full': url } = attributes;
  if (kind !== 'SERVER') {
    return url ? [url] : [];
  }
  const shown = [...(route ? [`http.route=${route}`] : []), ...(path && path !== route ? [`url.path=${path}`] : [])];
  return shown.length > 0 ? [shown.join(' ')] : [];
}

function describeQuery({ name, attributes }) {
  const text = attributes['db.query.text'];
  return text === undefined || text === name ? [] : [`${attributes['db.system.name'] ?? 'db'}: ${text}`];
}

function describeErrors({ isError, events, statusMessage, attributes }) {
  const exceptions = events
    .filter(({ name }) => name === 'exception')
    .map(({ attributes: of }) => `${of['exception.type'] ?? 'Error'}: ${of['exception.message'] ?? ''}`);
  if (exceptions.length > 0 || !isError) {
    return exceptions;
  }
  const type = String(attributes['error.type'] ?? 'unknown');
  return [`error.type=${type}${statusMessage && statusMessage !== type ? ` ${statusMessage}` : ''}`];
}
