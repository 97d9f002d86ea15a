import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { createObservation, thisMoment, type Moment } from '../create-observation.js';
import { earlyObservationOf } from '../early-observations.js';
import { observationOf } from '../observation-mark.js';
import { BareAnswer } from '../observed-answer.js';
import { readRequestLine } from '../facts/request-line.js';
import type { RequestObservation } from '../request-observation.js';
import type { Connection } from './connections.js';
import { plainFacts, type ServerWatcher } from './server-watcher.js';
import { watchAnswer } from './socket-answer.js';

/** An error of a connection; Node adds this to that of what can't be parsed. */
export interface ClientError {
  readonly code?: unknown;
  readonly rawPacket?: unknown;
  readonly bytesParsed?: unknown;
}

/** A connection on which a request could not be read to its end. */
export interface BadConnection {
  readonly socket: Socket;
  readonly connection: Connection;
}

/** What Node answers by itself. */
const STATUS_CODES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
const BAD_REQUEST = 400;
const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT';
/** The connection ended in the middle of a request: the client has gone away. */
const CUT_OFF = 'HPE_INVALID_EOF_STATE';

/**
 * Notes a request that could not be read, before it is answered: it belongs to the request whose body it breaks, and is
 * a request of its own when there is none.
 *
 * @returns told whether a listener took care of the error, when they all have been called; `undefined` for an error
 * of the connection alone
 */
export function noteClientError(
  error: ClientError,
  bad: BadConnection,
  watcher: ServerWatcher,
): ((isHandled: boolean) => void) | undefined {
  const { socket, connection } = bad;
  const { last } = connection;
  const code = requestErrorCode(error);
  const isWithin = last?.request.complete === false;
  if (code === undefined || (isWithin ? code === CUT_OFF : !isNewRequest(bad) || watcher.isBelowPrefix === true)) {
    return undefined;
  }
  connection.isRefused ||= !isWithin;
  const canAnswer = socket.writable && !(last?.response.headersSent === true && !last.response.writableFinished);
  // Before the connection is destroyed, which then knows its other end no more.
  const own = isWithin ? undefined : observeUnreadable({ ...bad, error, code }, watcher);
  let written: number | undefined;
  const stop = watchAnswer(socket, { answered: (status) => (written = status) });
  return (isHandled) => {
    stop();
    const byDefault = isHandled || !canAnswer ? undefined : (STATUS_CODES[code] ?? BAD_REQUEST);
    const observation = own ?? (last && openObservation(last.request));
    observation?.refuse({ code, statusCode: written ?? byDefault });
    own?.end('disconnected');
  };
}

/** A connection without a byte carries no request, and what is malformed once is found to be so again and again. */
function isNewRequest({ socket, connection }: BadConnection): boolean {
  return socket.bytesRead > 0 && !connection.isRefused;
}

function openObservation(request: IncomingMessage): RequestObservation | undefined {
  return observationOf(request) ?? earlyObservationOf(request)?.observation;
}

/**
 * When a request that follows another one on its connection must have begun at the latest: nobody is told of its first
 * byte, but the server has waited for as long as it allows.
 */
function patienceAgo(socket: Socket): Moment {
  const { server } = socket as { readonly server?: Partial<Pick<Server, 'headersTimeout' | 'requestTimeout'>> };
  const limits = [server?.headersTimeout, server?.requestTimeout].filter((limit) => limit !== undefined && limit > 0);
  const millis = limits.length === 0 ? 0 : Math.min(...(limits as number[]));
  const now = thisMoment();
  return { millis: now.millis - millis, tick: now.tick - millis };
}

function requestErrorCode({ code }: ClientError): string | undefined {
  return typeof code === 'string' && (code.startsWith('HPE_') || code === TOO_SLOW) ? code : undefined;
}

function observeUnreadable(
  { socket, connection, error, code }: BadConnection & { readonly error: ClientError; readonly code: string },
  watcher: ServerWatcher,
): RequestObservation {
  const { method, target, version } = readRequestLine(error.rawPacket, error.bytesParsed);
  const head = { method, url: target, headers: {}, rawHeaders: [], httpVersion: version, httpVersionMajor: 1, socket };
  return createObservation(
    {
      head,
      facts: plainFacts(head),
      scope: watcher.scope,
      // What is malformed is refused at once; what is too slow has been waited for.
      since: code === TOO_SLOW ? (connection.since ?? patienceAgo(socket)) : undefined,
      framework: { request: head, response: {} },
      answer: new BareAnswer(),
      resolveRoute: undefined,
    },
    // The application's functions know no request without headers.
    { ...watcher.options, isIgnored: () => false, isPublic: () => true },
  );
}
