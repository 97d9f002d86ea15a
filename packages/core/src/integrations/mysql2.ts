import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import { context, type Context } from '@opentelemetry/api';
import { guarded } from '../diagnostics/guarded.js';
import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import { contextStore } from '../tracing/context-store.js';
import type { DatabaseCall, DatabaseFailure } from '../database/database-call.js';
import { DatabaseOperation } from '../database/database-operation.js';
import { sqlQuery } from '../database/sql-query.js';
import { moduleExports, type Integration, type Undo } from './integration.js';
import { attachLegacyMysql2, startLegacyMysql2 } from './mysql2/legacy-instrumentation.js';

/** What mysql2 says of a query or of a pool's connection on its channels. */
interface Mysql2Message {
  readonly query?: string;
  readonly database: string;
  readonly serverAddress: string;
  readonly serverPort?: number;
  readonly error?: unknown;
}

const QUERY_CHANNELS = ['mysql2:query', 'mysql2:execute'];
const POOL_CHANNEL = 'mysql2:pool:connect';

/** MySQL and MariaDB by mysql2: its tracing channels from 3.20 on, instrumentation-mysql2 before. */
export const mysql2Integration: Integration = {
  name: 'mysql2',

  start({ database }) {
    const legacy = startLegacyMysql2(database);
    const undos = [...QUERY_CHANNELS.map((name) => observeQueries(name, database)), restorePoolContext(), legacy.stop];
    return { scan: legacy.scan, stop: () => undos.forEach((undo) => undo()) };
  },

  handOver: {
    recognizes(module) {
      const { createConnection, createPool, format } = moduleExports(module);
      return [createConnection, createPool, format].every((value) => typeof value === 'function');
    },

    attach(module, { database }) {
      return attachLegacyMysql2(moduleExports(module), database);
    },
  },
};

function observeQueries(name: string, options: ResolvedDatabaseOptions): Undo {
  const channel = tracingChannel<Context, Mysql2Message>(name);
  const operations = new WeakMap<Mysql2Message, DatabaseOperation>();
  const store = contextStore();
  const finish = guarded('ending a query', (message: Mysql2Message) =>
    operations.get(message)?.end({ failure: failureOf(message.error) }),
  );
  const subscribers: Partial<TracingChannelSubscribers<Mysql2Message>> = { asyncStart: finish, end: finishIfThrown };

  function finishIfThrown(message: Mysql2Message): void {
    if (message.error !== undefined) {
      finish(message);
    }
  }
  channel.start.bindStore(store, (message) => {
    const operation = new DatabaseOperation(describeCall(message, options), options);
    operations.set(message, operation);
    return operation.context;
  });
  // The driver's answer goes on in the context of whoever asked, not of whoever used the connection before.
  channel.asyncStart.bindStore(store, (message) => operations.get(message)?.callerContext ?? context.active());
  channel.subscribe(subscribers as TracingChannelSubscribers<Mysql2Message>);
  return () => {
    channel.start.unbindStore(store);
    channel.asyncStart.unbindStore(store);
    channel.unsubscribe(subscribers as TracingChannelSubscribers<Mysql2Message>);
  };
}

/** A request that waited for a connection gets it from the request that gave it back; it goes on as itself. */
function restorePoolContext(): Undo {
  const channel = tracingChannel<Context, Mysql2Message>(POOL_CHANNEL);
  const callers = new WeakMap<Mysql2Message, Context>();
  const store = contextStore();
  channel.start.bindStore(store, (message) => {
    callers.set(message, context.active());
    return context.active();
  });
  channel.asyncStart.bindStore(store, (message) => callers.get(message) ?? context.active());
  return () => {
    channel.start.unbindStore(store);
    channel.asyncStart.unbindStore(store);
  };
}

function describeCall(message: Mysql2Message, options: ResolvedDatabaseOptions): DatabaseCall {
  return {
    query: sqlQuery({ dialect: 'mysql', text: message.query }, 'mysql', options),
    server: {
      system: 'mysql',
      namespace: message.database,
      address: message.serverAddress,
      port: message.serverPort,
    },
  };
}

/** A server's error has a positive number, a system error a negative one and a name. */
function failureOf(error: unknown): DatabaseFailure | undefined {
  if (error === undefined || error === null) {
    return undefined;
  }
  const { errno, code, name } = error as { errno?: unknown; code?: unknown; name?: unknown };
  return {
    statusCode: typeof errno === 'number' && errno > 0 ? String(errno) : undefined,
    type: typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error',
  };
}
