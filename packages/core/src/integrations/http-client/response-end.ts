import type { ClientRequest, IncomingMessage } from 'node:http';
import { guarded } from '../../diagnostics/guarded.js';
import type { OutgoingPeer } from '../../outgoing/outgoing-call.js';
import type { OutgoingRequest } from '../../outgoing/outgoing-request.js';
import { replaceOwnMethod } from '../../own-method.js';

/** The head of a response has arrived: ends the request when its body has been read, or will not be. */
export function watchResponse(request: ClientRequest, response: IncomingMessage, observed: OutgoingRequest): void {
  respond(request, response, observed);
  if (hasNoBody(request, response)) {
    // Nobody has to read what has no body, and few do.
    observed.end();
    return;
  }
  hear(response, {
    end: () => observed.end(),
    close: guarded('the end of a response', () => endUnread(response, observed)),
  });
}

/** A request is over: all that is left open ends here, an upgrade or a tunnel too. */
export function watchRequestClose(request: ClientRequest, observed: OutgoingRequest): void {
  const close = guarded('the end of a request', () => {
    const { res: response } = request as { res?: (IncomingMessage & { readonly upgrade?: boolean | null }) | null };
    if (response === undefined || response === null) {
      observed.end();
      return;
    }
    // Node does not tell of an answer that changes the protocol.
    if (response.upgrade === true) {
      respond(request, response, observed);
    }
    endUnread(response, observed);
  });
  hear(request, { close });
}

/** Listeners would count among those of the application, of which Node warns from the eleventh on. */
function hear(emitter: ClientRequest | IncomingMessage, heard: { readonly end?: () => void; readonly close: () => void }): void {
  const stop = replaceOwnMethod(
    emitter,
    'emit',
    (original) =>
      function emit(this: unknown, ...event) {
        if (event[0] === 'end') {
          heard.end?.();
        } else if (event[0] === 'close') {
          stop();
          heard.close();
        }
        return original.apply(this, event);
      },
  );
}

/** Whoever destroys a response without an error wants no more of it. */
function endUnread(response: IncomingMessage, observed: OutgoingRequest): void {
  const { errored } = response;
  observed.end(errored === null || errored === undefined ? undefined : { error: errored });
}

function respond(request: ClientRequest, response: IncomingMessage, observed: OutgoingRequest): void {
  const { statusCode = 0, httpVersion, headers, rawHeaders } = response;
  observed.connected(peerOf(request));
  observed.responded({
    statusCode,
    protocolVersion: httpVersion,
    location: headers.location,
    headers: () => rawHeaders,
  });
}

/** The other end of a request's connection, as far as there is one. */
export function peerOf({ socket }: ClientRequest): OutgoingPeer {
  // A request that was not sent has none, whatever the types say.
  const known = socket as ClientRequest['socket'] | null | undefined;
  return { address: known?.remoteAddress, port: known?.remotePort };
}

function hasNoBody({ method }: ClientRequest, { statusCode, headers }: IncomingMessage): boolean {
  return method === 'HEAD' || statusCode === 204 || statusCode === 304 || headers['content-length'] === '0';
}
