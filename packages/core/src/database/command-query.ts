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

/** A command of which nothing is recorded but its name. */
class NamedCommand implements DatabaseQuery {
  readonly nameAttribute = 'db.operation.name';
  readonly isChangeable: boolean = false;

  constructor(readonly name: string) {}

  addTo(_attributes: Attributes): void {}
}

class DescribedCommand extends NamedCommand {
  /** Of arguments that belong to the application. */
  override readonly isChangeable = true;

  constructor(
    private readonly described: CommandDescription,
    private readonly isTextRecorded: boolean,
  ) {
    super(described.name);
  }

  override addTo(attributes: Attributes): void {
    const { procedure, text } = this.described;
    if (procedure !== undefined) {
      attributes['db.stored_procedure.name'] = procedure;
    }
    if (this.isTextRecorded) {
      attributes['db.query.text'] = text();
    }
  }
}

class SentBatch extends NamedCommand {
  constructor(
    name: string,
    private readonly size: number,
  ) {
    super(name);
  }

  override addTo(attributes: Attributes): void {
    // One command is no batch.
    if (this.size >= 2) {
      attributes['db.operation.batch.size'] = this.size;
    }
  }
}

/** Whether the text of commands is recorded. */
function isCommandTextRecorded({ commandArguments, queryText }: ResolvedDatabaseOptions): boolean {
  return commandArguments && queryText !== 'off';
}

/**
 * Describes a command as an operation: its name alone, and its text where arguments are asked for.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/db/redis/
 */
export function commandQuery(described: CommandDescription, options: ResolvedDatabaseOptions): DatabaseQuery {
  const isTextRecorded = isCommandTextRecorded(options);
  return isTextRecorded || described.procedure !== undefined
    ? new DescribedCommand(described, isTextRecorded)
    : new NamedCommand(described.name);
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
  return new SentBatch(command === undefined ? kind : `${kind} ${command}`, size);
}
