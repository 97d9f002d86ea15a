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

/** A statement whose values are not recorded. */
class PlainStatement implements DatabaseQuery {
  readonly isChangeable = false;

  /** @param recorded - the text as it is recorded; empty for not at all */
  constructor(
    readonly name: string,
    readonly nameAttribute: DatabaseQuery['nameAttribute'],
    private readonly recorded: string,
  ) {}

  addTo(attributes: Attributes): void {
    if (this.recorded !== '') {
      attributes['db.query.text'] = this.recorded;
    }
  }
}

/** A statement with the values of its placeholders, which belong to the application. */
class StatementWithValues implements DatabaseQuery {
  readonly isChangeable = true;
  readonly name: string;
  readonly nameAttribute: DatabaseQuery['nameAttribute'];

  constructor(
    private readonly plain: PlainStatement,
    private readonly parameters: unknown,
  ) {
    this.name = plain.name;
    this.nameAttribute = plain.nameAttribute;
  }

  addTo(attributes: Attributes): void {
    this.plain.addTo(attributes);
    Object.assign(attributes, queryParameters(this.parameters));
  }
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
  const recorded = options.queryText === 'sanitized' ? sanitizedText : options.queryText === 'raw' ? text : '';
  const plain =
    summary === ''
      ? new PlainStatement(fallback, undefined, recorded)
      : new PlainStatement(summary, 'db.query.summary', recorded);
  return options.queryParameters ? new StatementWithValues(plain, parameters) : plain;
}
