import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import { context, type Context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { objectNotes } from '../../given-object.js';
import { lazily } from '../../lazily.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import { contextStore } from '../../tracing/context-store.js';
import type { Undo } from '../integration.js';
import type { Mysql2Statement, ObservedQuery } from './observed-query.js';
import type * as ObservedQueryFile from './observed-query.js';
import type * as StartingQuery from './starting-query.js';

const observed = lazily(() => require('./observed-query.js') as typeof ObservedQueryFile);
const starting = lazily(() => require('./starting-query.js') as typeof StartingQuery);

/** What mysql2 says of a query on its channels, and Node of its end. */
interface QueryMessage {
  readonly query?: unknown;
  readonly values?: unknown;
  readonly database?: string;
  readonly serverAddress?: string;
  readonly serverPort?: number;
  readonly error?: unknown;
  readonly result?: unknown;
}

/** Observes what a channel of mysql2 (from 3.20 on) tells: queries with a callback or a promise, and commands. */
export function observeQueryChannel(name: string, options: ResolvedDatabaseOptions): Undo {
  const channel = tracingChannel<Context, QueryMessage>(name);
  const queries = objectNotes<QueryMessage, ObservedQuery>();
  const store = contextStore();
  const begin = guarded('beginning a query', (message: QueryMessage) => {
    const query = new (observed().ObservedQuery)(describe(message), options);
    queries.set(message, query);
    starting().announceQuery(query, message.query);
  });
  const subscribers = {
    asyncStart: guarded('ending a query', (message: QueryMessage) =>
      queries.get(message)?.end(message.error, message.result),
    ),
    end: guarded('beginning a query', (message: QueryMessage) => {
      starting().withdrawQuery(queries.get(message));
      queries.get(message)?.given();
      if (message.error !== undefined) {
        queries.get(message)?.end(message.error);
      }
    }),
  } as unknown as TracingChannelSubscribers<QueryMessage>;
  channel.start.bindStore(store, (message) => {
    begin(message);
    return queries.get(message)?.context ?? context.active();
  });
  // The driver's answer goes on in the context of whoever asked, not of whoever used the connection before.
  channel.asyncStart.bindStore(store, (message) => queries.get(message)?.callerContext ?? context.active());
  channel.subscribe(subscribers);
  return () => {
    channel.start.unbindStore(store);
    channel.asyncStart.unbindStore(store);
    channel.unsubscribe(subscribers);
  };
}

function describe({ query, values, database, serverAddress, serverPort }: QueryMessage): Mysql2Statement {
  return {
    text: typeof query === 'string' ? query : undefined,
    values,
    database,
    server: { address: serverAddress, port: serverPort },
  };
}
