import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import { context, type Context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { contextStore } from '../../tracing/context-store.js';
import type { Undo } from '../integration.js';
import { rememberServer } from './server-system.js';

/** What mysql2 says of a connection that is made, with the server's handshake at the end. */
interface ConnectMessage {
  readonly serverAddress?: string;
  readonly serverPort?: number;
  readonly result?: { readonly serverVersion?: unknown };
}

/** Learns from each handshake what the server is. */
export function observeHandshakes(): Undo {
  const channel = tracingChannel<unknown, ConnectMessage>('mysql2:connect');
  const subscribers = {
    asyncStart: guarded('reading a handshake', ({ serverAddress, serverPort, result }: ConnectMessage) =>
      rememberServer({ address: serverAddress, port: serverPort }, result?.serverVersion),
    ),
  } as unknown as TracingChannelSubscribers<ConnectMessage>;
  channel.subscribe(subscribers);
  return () => channel.unsubscribe(subscribers);
}

/** A request that waited for a connection gets it from the request that gave it back; it goes on as itself. */
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
