import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Context } from '@opentelemetry/api';
import { noteClientError, type ClientError } from './client-errors.js';
import { noteTimeout } from '../ends/connection-end.js';
import { thisMoment, type Moment } from '../create-observation.js';
import { isObserved, observeEarly } from '../observe-request.js';
import type { RequestMessage } from './refused-requests.js';
import type { ServerWatcher } from './server-watcher.js';
import { observeUpgrade } from './upgrade-requests.js';

/** What is done around the listeners of an event. */
export interface Visit {
  /** The context in which they are called. */
  readonly within?: Context;
  /** @param isHandled - whether there were any */
  readonly after?: (isHandled: boolean) => void;
}

const NAMES = new Set<unknown>([
  'connection',
  'secureConnection',
  'timeout',
  'close',
  'clientError',
  'dropRequest',
  'upgrade',
  'connect',
  'checkContinue',
  'checkExpectation',
]);

/** The events of one server. */
export class ServerEvents {
  private readonly arrivals = new WeakMap<Socket, Moment>();
  private readonly exchanges = new WeakMap<Socket, RequestMessage>();

  constructor(private readonly watcher: ServerWatcher) {}

  /** Whether an event tells anything; those of ordinary requests do not. */
  cares(name: unknown): boolean {
    return NAMES.has(name);
  }

  /** Remembers what came last over a connection. */
  noteRequest(message: RequestMessage): void {
    this.exchanges.set(message.socket, message);
  }

  /** An event is about to be told to its listeners. */
  begin(name: unknown, args: readonly unknown[]): Visit | undefined {
    switch (name) {
      case 'connection':
      case 'secureConnection':
        this.arrivals.set(args[0] as Socket, thisMoment());
        return undefined;
      case 'timeout':
        noteTimeout(args[0] as Socket);
        return undefined;
      case 'clientError':
        return this.onClientError(args[0] as ClientError, args[1] as Socket);
      case 'upgrade':
      case 'connect':
        return this.onUpgrade(args[0] as IncomingMessage, args[1] as Socket);
      case 'dropRequest':
        return this.onDropped(args[0] as IncomingMessage, args[1] as Socket);
      case 'checkContinue':
      case 'checkExpectation':
        return this.onExchange(args[0] as IncomingMessage, args[1] as ServerResponse);
      default:
        return undefined;
    }
  }

  private onClientError(error: ClientError, socket: Socket): Visit | undefined {
    const last = this.exchanges.get(socket);
    const since = last === undefined ? this.arrivals.get(socket) : undefined;
    const after = noteClientError(error, { socket, last, since }, this.watcher);
    return after && { after };
  }

  private onUpgrade(request: IncomingMessage, socket: Socket): Visit | undefined {
    const observation = observeUpgrade(request, socket, this.watcher);
    return observation && { within: observation.context };
  }

  /** Node answers 503 to a request above the limit of its connection, with a response that it shows to nobody. */
  private onDropped(request: IncomingMessage, socket: Socket): undefined {
    const last = this.exchanges.get(socket);
    if (last?.request === request) {
      this.onExchange(request, last.response);
    }
  }

  /** The application answers the request itself, or hands it on to its framework. */
  private onExchange(request: IncomingMessage, response: ServerResponse): Visit | undefined {
    return isObserved(request) ? undefined : { within: observeEarly({ request, response }, this.watcher).context };
  }
}
