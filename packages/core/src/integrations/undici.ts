import { context } from '@opentelemetry/api';
import { objectNotes } from '../given-object.js';
import type { ResolvedOutgoingOptions } from '../options/resolved-options.js';
import { OutgoingObserver } from '../outgoing/outgoing-observer.js';
import { listen } from './channel-listener.js';
import type { Integration, Undo } from './integration.js';
import { observeCopies } from './loading/observed-copies.js';
import { keepCallers } from './undici/dispatch-callers.js';
import type { OpenRequest } from './undici/open-request.js';
import { callerOf, handlerOf } from './undici/request-handler.js';
import { keepSingle, responseHeaders } from './undici/request-headers.js';
import { undiciCall } from './undici/undici-call.js';
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
    if (!outgoing.enabled) {
      return { scan: () => {}, stop: () => {} };
    }
    const undo = observe(outgoing);
    const { scan, stop } = observeCopies({
      packageName: 'undici',
      files: { 'lib/dispatcher/client.js': ({ exports }) => keepCallers(exports) },
    });
    return {
      scan,
      stop: () => {
        undo();
        stop();
      },
    };
  },
};

function observe(options: ResolvedOutgoingOptions): Undo {
  const observer = new OutgoingObserver(options);
  const open = objectNotes<UndiciRequest, OpenRequest>();
  const undos = [
    listen<RequestMessage>(CHANNELS.created, ({ request }) => {
      const handler = handlerOf(request);
      const caller = callerOf(handler) ?? context.active();
      const begun = observer.begin(undiciCall(request), { owners: handler === undefined ? [] : [handler], caller });
      if (begun !== undefined) {
        const known: OpenRequest = { request: begun.request, protocolVersion: undefined, isAnswered: false };
        open.set(request, known);
        keepSingle(request, begun.written);
        watchUpgrade(request, known);
      }
    }),
    listen<SendMessage>(CHANNELS.sent, ({ request, socket }) => {
      const known = open.get(request);
      if (known === undefined || socket === undefined) {
        return;
      }
      known.protocolVersion = socket.alpnProtocol === 'h2' ? '2' : '1.1';
      known.request.connected({ address: socket.remoteAddress, port: socket.remotePort });
    }),
    listen<HeadersMessage>(CHANNELS.headers, ({ request, response }) => {
      const known = open.get(request);
      if (known === undefined) {
        return;
      }
      known.isAnswered ||= response.statusCode >= 200 || response.statusCode === 101;
      known.request.responded({
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

/** Redirects alone are looked at. */
function valueOf(response: HeadersMessage['response'], name: string): string | undefined {
  if (response.statusCode < 300 || response.statusCode >= 400) {
    return undefined;
  }
  const all = responseHeaders(response);
  const index = all.findIndex((text, at) => at % 2 === 0 && text.toLowerCase() === name);
  return index === -1 ? undefined : all[index + 1];
}
