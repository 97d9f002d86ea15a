import type { ResolvedOutgoingOptions } from '../options/resolved-options.js';
import type { OutgoingCall } from '../outgoing/outgoing-call.js';
import { OutgoingObserver } from '../outgoing/outgoing-observer.js';
import type { OutgoingRequest } from '../outgoing/outgoing-request.js';
import { listen } from './channel-listener.js';
import type { Integration, Undo } from './integration.js';
import { callerOf, handlerOf } from './undici/request-handler.js';
import { keepSingle, responseHeaders, UndiciHeaders } from './undici/request-headers.js';
import {
  CHANNELS,
  type ErrorMessage,
  type HeadersMessage,
  type RequestMessage,
  type SendMessage,
  type UndiciRequest,
} from './undici/undici-messages.js';
import { watchUpgrade } from './undici/upgrade-end.js';

/** `fetch` and the undici package, by the channels of each copy. */
export const undiciIntegration: Integration = {
  name: 'undici',

  start({ outgoing }) {
    const undo = outgoing.enabled ? observe(outgoing) : () => {};
    return { scan: () => {}, stop: undo };
  },
};

/** A request that has not ended. */
interface OpenRequest {
  readonly request: OutgoingRequest;
  protocolVersion: string | undefined;
}

function observe(options: ResolvedOutgoingOptions): Undo {
  const observer = new OutgoingObserver(options);
  const open = new WeakMap<UndiciRequest, OpenRequest>();
  const undos = [
    listen<RequestMessage>(CHANNELS.created, ({ request }) => {
      const handler = handlerOf(request);
      const caller = callerOf(handler);
      const origin = { owners: handler === undefined ? [] : [handler], ...(caller === undefined ? {} : { caller }) };
      const begun = observer.begin(describe(request), origin);
      if (begun !== undefined) {
        open.set(request, { request: begun.request, protocolVersion: undefined });
        keepSingle(request, begun.written);
      }
    }),
    listen<SendMessage>(CHANNELS.sent, ({ request, socket }) => {
      const known = open.get(request);
      if (known === undefined || socket === undefined) {
        return;
      }
      known.protocolVersion = socket.alpnProtocol === 'h2' ? '2' : '1.1';
      known.request.connected({ address: socket.remoteAddress, port: socket.remotePort });
      watchUpgrade(request, socket, known.request);
    }),
    listen<HeadersMessage>(CHANNELS.headers, ({ request, response }) => {
      const known = open.get(request);
      known?.request.responded({
        statusCode: response.statusCode,
        // Older versions tell of what they send over HTTP/1.1 alone.
        protocolVersion: known.protocolVersion ?? '2',
        location: valueOf(response, 'location'),
        headers: () => responseHeaders(response),
      });
    }),
    listen<RequestMessage>(CHANNELS.ended, ({ request }) => open.get(request)?.request.end()),
    listen<ErrorMessage>(CHANNELS.failed, ({ request, error }) => open.get(request)?.request.end({ error })),
  ];
  return () => undos.forEach((undo) => undo());
}

function describe(request: UndiciRequest): OutgoingCall {
  const { protocol, host } = new URL(request.origin);
  return {
    method: request.method,
    scheme: protocol === 'https:' ? 'https' : 'http',
    authority: host,
    path: request.path,
    headers: new UndiciHeaders(request),
  };
}

/** Redirects alone are looked at. */
function valueOf(response: HeadersMessage['response'], name: string): string | undefined {
  if (response.statusCode < 300 || response.statusCode >= 400) {
    return undefined;
  }
  const all = responseHeaders(response);
  const index = all.findIndex((text, at) => at % 2 === 0 && text.toLowerCase() === name);
  return index === -1 ? undefined : all[index + 1];
}
