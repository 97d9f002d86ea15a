import { context, type Context } from '@opentelemetry/api';
import { commented } from '../../database/sql-commenter.js';
import { objectNotes } from '../../given-object.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import { replaceOwnMethod } from '../../own-method.js';
import { callWithin } from '../loading/caller-context.js';
import type { Method } from '../loading/wrapped-methods.js';
import { settleBeside, watchEvents, type EventWatcher } from './command-events.js';
import { isTextQuery, statementText, type DriverCommand, type DriverConnection } from './driver-objects.js';
import { ObservedQuery, type Mysql2Statement } from './observed-query.js';
import { connectionError } from './open-queries.js';
import { rememberServer, serverAddress } from './server-system.js';
import { takeAnnounced } from './starting-query.js';

/** Follows the commands that a driver is given: which are queries, when they end, and in whose context they answer. */
export class CommandObserver {
  private readonly queries = objectNotes<DriverCommand, ObservedQuery>();
  /** What a connection prepares on behalf of the execution that follows. */
  private readonly preparing = new WeakMap<DriverConnection, { execution: ObservedQuery | undefined }>();

  constructor(private readonly options: ResolvedDatabaseOptions) {}

  /** A connection is about to be given a command. */
  observe(connection: DriverConnection, command: DriverCommand): void {
    const text = statementText(command);
    if (text === undefined) {
      this.observeOther(connection, command);
      return;
    }
    const announced = takeAnnounced(command.sql);
    const query = announced ?? new ObservedQuery(describe(connection, command, text), this.options);
    this.queries.set(command, query);
    query.goesOver(connection);
    const answersByCallback = typeof command.onResult === 'function';
    this.followCallback(command, query);
    if (!answersByCallback) {
      announced?.whenGiven(() => settleBeside(command));
    }
    watchEvents(command, eventWatcher(query, answersByCallback), query.callerContext);
    const preparing = this.preparing.get(connection);
    if (preparing !== undefined && !isTextQuery(command) && command.statement === undefined) {
      preparing.execution = query;
    }
    if (this.options.sqlCommenter && answersByCallback && isTextQuery(command)) {
      commentWhenSent(command, query.context);
    }
  }

  /** A connection that is closed was given a command; it tells only callbacks of that. */
  refuse(connection: DriverConnection, command: DriverCommand): void {
    this.queries.get(command)?.end(connectionError(connection));
  }

  private followCallback(command: DriverCommand, query: ObservedQuery): void {
    const { onResult } = command;
    if (typeof onResult === 'function') {
      command.onResult = function (this: unknown, ...args: unknown[]) {
        query.end(args[0], args[1]);
        return callWithin(query.callerContext, onResult as Method, { self: this, args });
      };
    }
  }

  /** A command that is no statement; one that prepares may do that for the execution that follows. */
  private observeOther(connection: DriverConnection, command: DriverCommand): void {
    const { onResult } = command;
    if (command.handshake === null) {
      readHandshake(connection, command);
    }
    if (typeof onResult !== 'function') {
      return;
    }
    const caller = context.active();
    const preparation: { execution: ObservedQuery | undefined } = { execution: undefined };
    if ('parameterCount' in command) {
      this.preparing.set(connection, preparation);
    }
    command.onResult = function (this: unknown, ...args: unknown[]) {
      if (args[0] !== undefined && args[0] !== null) {
        preparation.execution?.end(args[0]);
      }
      return context.with(caller, onResult as Method, this, ...args);
    };
  }
}

/** The first query of a connection that is made already shall know its server. */
function readHandshake(connection: DriverConnection, command: DriverCommand): void {
  watchEvents(command, (event) => {
    if (event === 'end') {
      rememberServer(serverAddress(connection.config), command.handshake?.serverVersion);
    }
  });
}

function describe(connection: DriverConnection, command: DriverCommand, text: string): Mysql2Statement {
  const { database } = connection.config ?? {};
  const server = serverAddress(connection.config);
  return { text, values: command.values, database: typeof database === 'string' ? database : undefined, server };
}

function eventWatcher(query: ObservedQuery, answersByCallback: boolean): EventWatcher {
  let hasRows = false;
  return (event, args) => {
    if (event === 'fields') {
      query.countResult();
      // What the server says of a statement without rows is a result too, without fields.
      hasRows = args[0] !== undefined;
    }
    if (answersByCallback) {
      return;
    }
    if (event === 'fields' && hasRows) {
      query.expectRows();
    } else if (event === 'result' && hasRows) {
      query.countRow();
    } else if (event === 'error') {
      query.end(args[0]);
    } else if (event === 'end') {
      query.end();
    }
  };
}

/** The comment is in what is sent, and in nothing that the application sees: neither the command nor its error. */
function commentWhenSent(command: DriverCommand, within: Context): void {
  if (typeof (command as { start?: unknown }).start !== 'function') {
    return;
  }
  replaceOwnMethod(
    command,
    'start',
    (original) =>
      function start(this: { sql: unknown }, ...args) {
        const { sql } = this;
        this.sql = typeof sql === 'string' ? commented(sql, 'mysql', within) : sql;
        try {
          return original.apply(this, args);
        } finally {
          this.sql = sql;
        }
      } as Method,
  );
}
