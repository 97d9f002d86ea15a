const pinoLevels = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const ids = ['trace_id', 'span_id', 'trace_flags'];
const usualFields = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'err', 'reqId', ...ids]);
const loud = new Set(['error', 'fatal']);

/**
 * @typedef {object} ServiceLine
 * @property {string} level
 * @property {string} message
 * @property {string | undefined} traceId
 * @property {string | undefined} spanId
 * @property {boolean} isLoud to be shown although it belongs to no trace
 */

/**
 * Reads a line that a service wrote: JSON of pino or of Nest's ConsoleLogger, or plain text.
 * @param {string} line
 * @returns {ServiceLine}
 */
export function readServiceLine(line) {
  const record = parseRecord(line);
  if (!record) {
    return { level: 'output', message: line, traceId: undefined, spanId: undefined, isLoud: line.trim() !== '' };
  }
  // Nest nests what it was given under "message".
  const { message: nested, ...outer } = record;
  const fields = typeof nested === 'object' && nested !== null ? { ...outer, ...nested } : { ...outer, message: nested };
  const level = pinoLevels[fields.level] ?? String(fields.level);
  return {
    level: level === 'log' ? 'info' : level,
    message: [fields.msg ?? fields.message ?? '', fields.err?.message, listFields(fields)].filter(Boolean).join('  '),
    traceId: fields.trace_id,
    spanId: fields.span_id,
    isLoud: loud.has(level),
  };
}

function parseRecord(line) {
  if (!line.startsWith('{')) {
    return undefined;
  }
  try {
    return JSON.parse(line);
  } catch {
    // A line that only looks like JSON is shown as it is.
    return undefined;
  }
}

function listFields(fields) {
  return Object.entries(fields)
    .filter(([name, value]) => !usualFields.has(name) && ['string', 'number', 'boolean'].includes(typeof value))
    .filter(([name]) => !['message', 'timestamp', 'context'].includes(name))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
