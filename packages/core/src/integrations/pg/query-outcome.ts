import type { DatabaseFailure, DatabaseOutcome } from '../../database/database-call.js';
import { readProperty } from './property.js';

const MAX_TYPE_LENGTH = 128;

/** Five digits and capitals, at least one digit: EPIPE is a system error. */
const SQL_STATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/** Successful completion and warnings, which the conventions do not take for errors. */
const NO_ERROR = /^0[01]/;

/** How a statement ended, from what the driver gives to a callback. Never throws. */
export function queryOutcome(error: unknown, result?: unknown): DatabaseOutcome {
  return error === undefined || error === null
    ? { returnedRows: returnedRows(result) }
    : { failure: queryFailure(error) };
}

/**
 * What a failure is, without its message, which can hold values; `undefined` for a state that is none. Never throws.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/postgresql/
 */
export function queryFailure(error: unknown): DatabaseFailure | undefined {
  const code = readProperty(error, 'code');
  if (typeof code === 'string' && SQL_STATE.test(code)) {
    return NO_ERROR.test(code) ? undefined : { statusCode: code, type: code };
  }
  return { statusCode: undefined, type: errorType(code, error).slice(0, MAX_TYPE_LENGTH) };
}

/** A system error's code, or the class. node-postgres gives its own errors the name `error`. */
function errorType(code: unknown, error: unknown): string {
  if (typeof code === 'string' && code !== '') {
    return code;
  }
  const name = readProperty(error, 'name');
  const className = readProperty(readProperty(error, 'constructor'), 'name');
  const found = typeof name === 'string' && !/^(?:error)?$/i.test(name) ? name : className;
  return typeof found === 'string' && found !== '' ? found : '_OTHER';
}

/** The rows of all results that have columns; `undefined` when none of them has. */
function returnedRows(result: unknown): number | undefined {
  if (!Array.isArray(result)) {
    return rowsOf(result);
  }
  const counts = result.map(rowsOf).filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

function rowsOf(result: unknown): number | undefined {
  const fields = readProperty(result, 'fields');
  const rows = readProperty(result, 'rows');
  return Array.isArray(fields) && fields.length > 0 && Array.isArray(rows) ? rows.length : undefined;
}
