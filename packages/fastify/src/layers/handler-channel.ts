import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import { guarded, sharedState, untilShutdown } from '@otelier/core/adapter';
import type { FastifyRequest } from 'fastify';
import { callHandler, failLayer, returnHandler } from './request-layers.js';

/** What Fastify says of a handler that it calls. */
interface HandlerMessage {
  readonly request: FastifyRequest;
  readonly error?: unknown;
}

/**
 * Learns when handlers have returned, and what they throw; once in a process, until the set-up is shut down, and again
 * with the next one. Fastify 4 publishes nothing.
 *
 * @see https://fastify.dev/docs/latest/Reference/Hooks/#diagnostics-channel-hooks
 */
export function listenToHandlers(): void {
  sharedState('fastify.handler-channel', () => untilShutdown(subscribe)).begin();
}

function subscribe(): () => void {
  const channel = tracingChannel<unknown, HandlerMessage>('fastify.request.handler');
  const subscribers = {
    start: guarded('following a handler', ({ request }) => callHandler(request.raw)),
    end: guarded('following a handler', ({ request }) => returnHandler(request.raw)),
    error: guarded('noting the error of a handler', ({ request, error }) => failLayer(request.raw, error)),
  } as Partial<TracingChannelSubscribers<HandlerMessage>> as TracingChannelSubscribers<HandlerMessage>;
  channel.subscribe(subscribers);
  return () => {
    channel.unsubscribe(subscribers);
  };
}
