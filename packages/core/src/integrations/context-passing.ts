import type { ClientRequest } from 'node:http';
import { context } from '@opentelemetry/api';
import type { ResolvedOutgoingOptions } from '../options/resolved-options.js';
import { passContextOn } from '../outgoing/propagate-call.js';
import { listen } from './channel-listener.js';
import { CREATED, tellsOfCreation } from './http-client/created-channel.js';
import { describeRequest, SettableHeaders } from './http-client/request-head.js';
import type { Undo } from './integration.js';
import { undiciCall } from './undici/undici-call.js';
import { CHANNELS, type RequestMessage } from './undici/undici-messages.js';

/**
 * Lets outgoing requests carry the active context, and does nothing else with them: no span, no metric. It knows of those
 * that a channel tells of before they are sent (`fetch` and undici; `node:http` and `node:https` from Node 22.15 on), and
 * patches nothing. For a set-up that records nothing.
 */
export function startPassingContext({ enabled, propagatesTo }: ResolvedOutgoingOptions): Undo {
  if (!enabled) {
    return () => {};
  }
  const undos = [
    listen<RequestMessage>(CHANNELS.created, ({ request }) =>
      passContextOn(undiciCall(request), context.active(), propagatesTo),
    ),
  ];
  if (tellsOfCreation()) {
    const passOn = ({ request }: { readonly request: ClientRequest }): void => {
      if (!request.headersSent) {
        passContextOn(describeRequest(request, new SettableHeaders(request)), context.active(), propagatesTo);
      }
    };
    undos.push(listen(CREATED, passOn));
  }
  return () => undos.forEach((undo) => undo());
}
