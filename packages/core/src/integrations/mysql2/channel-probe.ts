import { tracingChannel } from 'node:diagnostics_channel';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

type QueryMethod = (this: unknown, sql: string, done: () => void) => unknown;

/**
 * Whether a copy of mysql2 publishes its queries on its channels.
 *
 * A bundled copy does not tell its version, so it is asked: its query method runs once on a connection that leads
 * nowhere, and the channel is listened to meanwhile.
 */
export function publishesQueries(connectionClass: unknown): boolean {
  const query = (connectionClass as { prototype?: { query?: QueryMethod } } | undefined)?.prototype?.query;
  if (query === undefined) {
    return false;
  }
  const { start } = tracingChannel('mysql2:query');
  let published = false;
  const listener = (): void => {
    published = true;
  };
  start.subscribe(listener);
  try {
    context.with(suppressTracing(ROOT_CONTEXT), () => query.call(connectionToNowhere(), 'SELECT 1', () => {}));
  } catch {
    // A version that needs more of its connection is not one that has channels.
  } finally {
    start.unsubscribe(listener);
  }
  return published;
}

function connectionToNowhere(): object {
  return {
    config: {},
    addCommand: (command: unknown) => command,
    format: (sql: string) => sql,
    _resolveNamedPlaceholders: () => {},
  };
}
