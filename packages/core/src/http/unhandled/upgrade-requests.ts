import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { whoBroke } from '../ends/connection-end.js';
import { createObservation } from '../create-observation.js';
import { earlyObservations } from '../early-observations.js';
import { keepContextInEvents } from '../event-context.js';
import { watchResponse } from '../observe-request.js';
import type { RequestObservation } from '../request-observation.js';
import { exposedHeaders, propagationHeaders } from '../response-propagation.js';
import type { ServerWatcher } from './server-watcher.js';
import { watchAnswer } from './socket-answer.js';

/**
 * Observes a request that takes its connection over: a WebSocket handshake, or CONNECT. Its span ends when it is
 * answered, not with what follows on the connection; that stays in the request's context.
 *
 * @returns `undefined` for one that is observed already
 */
export function observeUpgrade(
  request: IncomingMessage,
  socket: Socket,
  watcher: ServerWatcher,
): RequestObservation | undefined {
  if (earlyObservations().has(request)) {
    return undefined;
  }
  const guess = watcher.guess(request);
  let status: number | undefined;
  let response: ServerResponse | undefined;
  const observation = createObservation(
    {
      head: request,
      facts: guess.facts,
      scope: watcher.scope,
      // The target of CONNECT is an authority, which has no path.
      target: request.method === 'CONNECT' ? '' : undefined,
      framework: { request: guess.request, response: {} },
      response: () => ({ headersSent: status !== undefined, statusCode: status ?? 0 }),
      responseHeaders: () => ({}),
      resolveRoute: () => undefined,
      countBodies: () => undefined,
    },
    watcher.options,
  );
  earlyObservations().set(request, {
    observation,
    response: undefined,
    answerWith: (own) => {
      response = own;
      watchResponse(own, observation);
    },
  });
  keepContextInEvents(request, observation.context);
  keepContextInEvents(socket, observation.context);
  watchHandshake(socket, observation, {
    headers: watcher.options.responsePropagation ? traceLines(observation) : '',
    answered: (written) => {
      status = written;
      // An ordinary answer by the framework ends with its last byte.
      return response?.headersSent !== true;
    },
  });
  return observation;
}

interface Handshake {
  /** For the head of a 101. */
  readonly headers: string;
  /** @returns whether the request ends with this answer */
  readonly answered: (status: number | undefined) => boolean;
}

function watchHandshake(socket: Socket, observation: RequestObservation, handshake: Handshake): void {
  const stop = watchAnswer(socket, {
    headersFor: (status) => (status === 101 ? handshake.headers : ''),
    answered: (status) => {
      if (handshake.answered(status)) {
        forget();
        observation.end('completed');
      }
    },
  });
  const forget = (): void => {
    socket.off('end', onGone);
    socket.off('close', onGone);
  };
  const onGone = (): void => {
    stop();
    forget();
    const outcome = whoBroke(socket);
    if (outcome !== 'disconnected' && socket.errored) {
      observation.recordError(socket.errored);
    }
    observation.end(outcome);
  };
  // Node closes an ordinary connection whose client has ended it; here that is left to the application.
  socket.prependListener('end', onGone);
  socket.prependListener('close', onGone);
}

/** The lines of a head that tell the caller its trace. */
function traceLines({ span }: RequestObservation): string {
  const headers = propagationHeaders(span.spanContext());
  if (headers === undefined) {
    return '';
  }
  const lines = { ...headers, 'access-control-expose-headers': exposedHeaders('') };
  return Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}
