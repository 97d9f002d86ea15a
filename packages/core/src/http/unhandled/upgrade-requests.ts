import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { whoBroke } from '../ends/connection-end.js';
import { createObservation, thisMoment } from '../create-observation.js';
import { rememberEarly, type BeginEarly, type EarlyObservation } from '../early-observations.js';
import { keepContextInEvents } from '../event-context.js';
import { watchResponseEnd } from '../ends/response-end.js';
import { BareAnswer } from '../observed-answer.js';
import type { RequestObservation } from '../request-observation.js';
import { propagationHeaders } from '../response-propagation.js';
import { watchAnswer } from './socket-answer.js';

/**
 * Notes a request that takes its connection over: a WebSocket handshake, or CONNECT. Its span ends when it is answered,
 * not with what follows on the connection; that stays in the request's context.
 *
 * @returns begins its observation, from now on, whenever it is called
 */
export function noteUpgrade(request: IncomingMessage, socket: Socket): BeginEarly {
  const since = thisMoment();
  const handshake = new Handshake(socket);
  return (watcher) => {
    const { scope, options } = watcher;
    const guess = watcher.guess(request);
    const observation = createObservation(
      {
        head: request,
        facts: guess.facts,
        scope,
        since,
        // The target of CONNECT is an authority, which has no path.
        target: request.method === 'CONNECT' ? '' : undefined,
        framework: { request: guess.request, response: {} },
        answer: new BareAnswer(() => handshake.status),
        resolveRoute: undefined,
      },
      options,
    );
    const early: EarlyObservation = {
      observation,
      response: undefined,
      answerWith: (own) => {
        handshake.response = own;
        watchResponseEnd(own, observation);
      },
    };
    rememberEarly(request, early);
    keepContextInEvents(request, observation.context);
    keepContextInEvents(socket, observation.context);
    handshake.tell(observation, options.responsePropagation ? traceLines(observation) : '');
    return early;
  };
}

/** What is written by hand to the connection of a request that has taken it over. */
class Handshake {
  /** The status that was written. */
  status: number | undefined;
  /** An answer of the framework's own, which ends with its last byte. */
  response: ServerResponse | undefined;
  private end: ((observation: RequestObservation) => void) | undefined;
  private observation: RequestObservation | undefined;
  /** For the head of a 101. */
  private lines = '';

  constructor(socket: Socket) {
    const stop = watchAnswer(socket, {
      headersFor: (status) => (status === 101 ? this.lines : ''),
      answered: (status) => {
        this.status = status;
        if (this.response?.headersSent !== true) {
          forget();
          this.conclude((observation) => observation.end('completed'));
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
      // What the server itself has ended is no client that has left.
      const outcome = socket.writableEnded ? 'broken-off' : whoBroke(socket);
      this.conclude((observation) => {
        if (outcome !== 'disconnected' && socket.errored) {
          observation.recordError(socket.errored);
        }
        observation.end(outcome);
      });
    };
    // Node closes an ordinary connection whose client has ended it; here that is left to the application.
    socket.prependListener('end', onGone);
    socket.prependListener('close', onGone);
  }

  /** The request is observed from now on, also when it is over already. */
  tell(observation: RequestObservation, lines: string): void {
    this.observation = observation;
    this.lines = lines;
    this.end?.(observation);
  }

  private conclude(end: (observation: RequestObservation) => void): void {
    this.end = end;
    if (this.observation !== undefined) {
      end(this.observation);
    }
  }
}

/** The lines of a head that tell the caller its trace. */
function traceLines({ span }: RequestObservation): string {
  return Object.entries(propagationHeaders(span.spanContext()) ?? {})
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}
