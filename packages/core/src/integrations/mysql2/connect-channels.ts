import { tracingChannel } from 'node:diagnostics_channel';
import { context, type Context } from '@opentelemetry/api';
import { contextStore } from '../../tracing/context-store.js';
import type { Undo } from '../integration.js';

/**
 * A request that waited for a connection gets it from the request that gave it back; it goes on as itself.
 *
 * Nobody listens to `mysql2:connect`: it would make the driver handle the error of a connection that nobody else handles.
 */
export function restorePoolContext(): Undo {
  const channel = tracingChannel<Context, object>('mysql2:pool:connect');
  const callers = new WeakMap<object, Context>();
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
