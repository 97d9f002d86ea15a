import type { ClientRequest, IncomingMessage } from 'node:http';
import { reportInternalError } from '../diagnostics/report.js';
import { objectNotes, type ObjectNotes } from '../given-object.js';
import type { ResolvedOutgoingOptions } from '../options/resolved-options.js';
import type { SettableOutgoingHeaders } from '../outgoing/outgoing-call.js';
import { OutgoingObserver } from '../outgoing/outgoing-observer.js';
import type { OutgoingRequest } from '../outgoing/outgoing-request.js';
import { listen } from './channel-listener.js';
import { CREATED, tellsOfCreation } from './http-client/created-channel.js';
import { watchHeads } from './http-client/head-seam.js';
import { describeRequest, ListedHeaders, SettableHeaders } from './http-client/request-head.js';
import { peerOf, watchRequestClose, watchResponse } from './http-client/response-end.js';
import type { Integration, Undo } from './integration.js';

/**
 * What Node tells of its own clients.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
const CHANNELS = {
  failed: 'http.client.request.error',
  answered: 'http.client.response.finish',
} as const;

interface RequestMessage {
  readonly request: ClientRequest;
}

/** Requests of `node:http` and `node:https`: by Node's channels, before 22.15 with the help of one patch. */
export const httpClientIntegration: Integration = {
  name: 'http-client',

  start({ outgoing }) {
    const undo = outgoing.enabled ? observe(outgoing) : () => {};
    return { scan: () => {}, stop: undo };
  },
};

function observe(options: ResolvedOutgoingOptions): Undo {
  const observer = new OutgoingObserver(options);
  const open = objectNotes<ClientRequest, OutgoingRequest>();

  function begin(request: ClientRequest, headers: SettableOutgoingHeaders | undefined): void {
    if (open.get(request) !== undefined) {
      return;
    }
    const begun = observer.begin(describeRequest(request, headers));
    if (begun !== undefined) {
      open.set(request, begun.request);
      watchRequestClose(request, begun.request);
    }
  }

  const undos = [
    tellsOfCreation() ? observeCreations(begin) : observeHeads(begin, open),
    listen<RequestMessage & { readonly response: IncomingMessage }>(CHANNELS.answered, ({ request, response }) => {
      const observed = open.get(request);
      if (observed !== undefined) {
        watchResponse(request, response, observed);
      }
    }),
    listen<RequestMessage & { readonly error: unknown }>(CHANNELS.failed, ({ request, error }) => {
      const observed = open.get(request);
      observed?.connected(peerOf(request));
      observed?.end({ error });
    }),
  ];
  return () => undos.forEach((undo) => undo());
}

type Begin = (request: ClientRequest, headers: SettableOutgoingHeaders | undefined) => void;

/** The heads of some requests are made before this is told: then nothing can be added to them any more. */
function observeCreations(begin: Begin): Undo {
  return listen<RequestMessage>(CREATED, ({ request }) =>
    begin(request, request.headersSent ? undefined : new SettableHeaders(request)),
  );
}

function observeHeads(begin: Begin, open: ObjectNotes<ClientRequest, OutgoingRequest>): Undo {
  return watchHeads({
    before(request, list) {
      try {
        const headers = list === undefined ? new SettableHeaders(request) : ListedHeaders.read(list);
        begin(request, headers);
        return headers instanceof ListedHeaders ? headers.changed() : undefined;
      } catch (error) {
        reportInternalError('observing a request', error);
        return undefined;
      }
    },
    failed: (request, error) => open.get(request)?.end({ error }),
  });
}
