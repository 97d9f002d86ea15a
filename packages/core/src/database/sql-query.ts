import type { Attributes } from '@opentelemetry/api';
import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import { describeSql, type SqlDialect } from '../sql/describe-sql.js';
import type { DatabaseQuery } from './database-call.js';
import { queryParameters } from './query-parameters.js';

/** A statement as a driver was given it. */
export interface SqlStatement {
  readonly dialect: SqlDialect;
  /** `undefined` when the driver was called with something else. */
  readonly text: string | undefined;
  /** The values for its placeholders: in their order, or by name. */
  readonly parameters?: unknown;
}

/**
 * Describes a statement as an operation.
 *
 * @param fallback - the span's name where the statement gives none
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/#name
 */
export function sqlQuery(
  { dialect, text = '', parameters }: SqlStatement,
  fallback: string,
  options: ResolvedDatabaseOptions,
): DatabaseQuery {
  const { summary, sanitizedText } = describeSql(text, dialect);
  const recorded = { sanitized: sanitizedText, raw: text, off: '' }[options.queryText];
  return {
    name: summary === '' ? fallback : summary,
    attributes: summary === '' ? {} : { 'db.query.summary': summary },
    spanAttributes: (): Attributes => ({
      ...(recorded === '' ? {} : { 'db.query.text': recorded }),
      ...(options.queryParameters ? queryParameters(parameters) : {}),
    }),
  };
}
