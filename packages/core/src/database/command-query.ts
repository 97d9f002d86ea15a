import type { Attributes } from '@opentelemetry/api';
import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import type { DatabaseQuery } from './database-call.js';

/** A command of a cache as it is described. */
export interface CommandDescription {
  /** Its name, of which there are few. */
  readonly name: string;
  /** The command with its keys and without its values; asked for only when it is recorded. */
  readonly text: () => string;
  /** The stored script or function that it runs. */
  readonly procedure?: string | undefined;
}

/**
 * Describes a command as an operation: its name alone, and its text where arguments are asked for.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/db/redis/
 */
export function commandQuery(
  { name, text, procedure }: CommandDescription,
  { commandArguments, queryText }: ResolvedDatabaseOptions,
): DatabaseQuery {
  return {
    name,
    attributes: { 'db.operation.name': name },
    spanAttributes: (): Attributes => ({
      ...(procedure === undefined ? {} : { 'db.stored_procedure.name': procedure }),
      ...(commandArguments && queryText !== 'off' ? { 'db.query.text': text() } : {}),
    }),
  };
}

/** Commands that were sent as one. */
export interface CommandBatch {
  readonly kind: 'MULTI' | 'PIPELINE';
  readonly size: number;
  /** The name that all commands have in common, as far as that is known. */
  readonly command?: string | undefined;
}

/** Describes several commands that were sent as one. */
export function batchQuery({ kind, size, command }: CommandBatch): DatabaseQuery {
  const name = command === undefined ? kind : `${kind} ${command}`;
  return {
    name,
    attributes: { 'db.operation.name': name },
    // One command is no batch.
    spanAttributes: (): Attributes => (size < 2 ? {} : { 'db.operation.batch.size': size }),
  };
}
