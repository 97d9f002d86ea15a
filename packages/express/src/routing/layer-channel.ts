import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import type { Context } from '@opentelemetry/api';
import { contextStore, guarded, reportInternalError, sharedState, untilShutdown, type LayerSpan } from '@otelier/core/adapter';
import type { LayerCall } from './layer-description.js';
import { enterLayer } from './open-layers.js';
import { isRouteHandler } from './route-handler.js';
import { followMessage, ROUTER_CHANNEL, type RouterMessage } from './router-channel.js';

/**
 * Makes spans of the layers of requests that want them, once in a process, from what the routers of version 2.3 and
 * later publish, until the set-up is shut down, and again with the next one. A layer's span ends when the router calls
 * its next layer (of a call of `next()` it tells in no other way), when the layer has returned, or its promise has
 * settled, and has answered, or else with the response.
 *
 * @see https://github.com/pillarjs/router (tracing channel `express.router.request`)
 */
export function listenToLayers(): void {
  sharedState('express.layer-channel', () => untilShutdown(subscribe)).begin();
}

function subscribe(): () => void {
  const channel = tracingChannel<Context, RouterMessage>(ROUTER_CHANNEL);
  const spans = new WeakMap<RouterMessage, LayerSpan>();
  const subscribers = {
    end: guarded('ending a layer', (message) => {
      if (isSettled(message) && message.res.writableEnded) {
        spans.get(message)?.end();
      }
    }),
    asyncStart: guarded('ending a layer', (message) => {
      // Without an answer it has left the rest to a callback, as a wrapper that is async does.
      if (message.res.headersSent || 'error' in message) {
        spans.get(message)?.end();
      }
    }),
    error: guarded('noting the error of a layer', (message) => spans.get(message)?.fail(message.error)),
  } as Partial<TracingChannelSubscribers<RouterMessage>> as TracingChannelSubscribers<RouterMessage>;
  const store = contextStore();
  channel.start.bindStore(store, (message) => {
    const span = tryEnter(message);
    if (span === undefined) {
      return store.getStore() as Context;
    }
    spans.set(message, span);
    return span.context;
  });
  channel.subscribe(subscribers);
  return () => {
    channel.start.unbindStore(store);
    channel.unsubscribe(subscribers);
  };
}

/** What throws here would end the process. */
function tryEnter(message: RouterMessage): LayerSpan | undefined {
  try {
    // Stores are asked before subscribers are told.
    followMessage(message);
    return enterLayer(message.req, { handler: message.handler, role: roleOf(message), param: message.param });
  } catch (error) {
    reportInternalError('following a layer', error);
    return undefined;
  }
}

function roleOf({ errorHandler, param, layer }: RouterMessage): LayerCall['role'] {
  if (errorHandler === true) {
    return 'error-handler';
  }
  if (param !== undefined) {
    return 'param';
  }
  return isRouteHandler(layer) ? 'handler' : 'mount';
}

/** Whether a layer that has returned is not waited for. */
function isSettled(message: RouterMessage): boolean {
  return 'result' in message || 'error' in message;
}
