import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Context } from '@opentelemetry/api';
import { awaitFramework } from '../early-observations.js';
import { forgetTimeout, noteTimeout } from '../ends/connection-end.js';
import { http2StreamOf } from '../ends/response-end.js';
import { isObserved, observeEarly } from '../observe-request.js';
import { noteClientError, type ClientError } from './client-errors.js';
import { Connections } from './connections.js';
import { isRefusedByNode, type RequestMessage } from './refused-requests.js';
import { withoutHooks, type ServerWatcher } from './server-watcher.js';
import { UnhookedRequest } from './unhooked-requests.js';
import { noteUpgrade } from './upgrade-requests.js';

/** What is done around the listeners of an event. */
export interface Visit {
  /** The context in which they are called. */
  readonly within?: Context;
  /** @param isHandled - whether there were any */
  after?(isHandled: boolean): void;
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
  private readonly connections = new Connections();
  private watcher: ServerWatcher;

  constructor(
    private readonly server: EventEmitter,
    watcher: ServerWatcher,
  ) {
    this.watcher = withoutHooks(watcher);
  }

  /** Whether an event tells anything; those of ordinary requests do not. */
  cares(name: unknown): boolean {
    return name === 'request' ? this.watcher.observesAll === true : NAMES.has(name);
  }

  /** Whether the adapter knows less than one that is mounted at the root would. */
  get isBelowPrefix(): boolean {
    return this.watcher.isBelowPrefix === true;
  }

  /** Another adapter watches the same server. */
  meet(watcher: ServerWatcher): void {
    if (this.isBelowPrefix && watcher.isBelowPrefix !== true) {
      this.watcher = withoutHooks(watcher);
    }
  }

  /** Remembers what came last over a connection. */
  noteRequest(message: RequestMessage): void {
    forgetTimeout(message.socket);
    this.connections.noteRequest(message);
  }

  /** Node has parsed a request. */
  onRequestStart(message: RequestMessage): void {
    this.noteRequest(message);
    if (!this.isBelowPrefix && isRefusedByNode(message) && !isObserved(message.request)) {
      observeEarly(message, this.watcher);
    }
  }

  /** Node has written a response. */
  onResponseFinish(message: RequestMessage): void {
    this.connections.noteResponse(message);
  }

  /**
   * A request is about to be told to its listeners.
   *
   * @param isWrapped - whether somebody else's function tells them, and may do so in a context of its own
   */
  passRequest(request: IncomingMessage, response: ServerResponse, isWrapped: boolean): UnhookedRequest {
    const passed = new UnhookedRequest(request, response, this.watcher);
    if (isWrapped) {
      passed.lookAmongListeners(this.server);
    }
    return passed;
  }

  /** Any other event is about to be told to its listeners. */
  begin([name, ...args]: readonly unknown[]): Visit | undefined {
    switch (name) {
      case 'connection':
      case 'secureConnection':
        this.connections.noteArrival(args[0] as Socket);
        return undefined;
      case 'timeout':
        noteTimeout(args[0] as Socket);
        return undefined;
      case 'clientError':
        return this.onClientError(args[0] as ClientError, args[1] as Socket);
      case 'upgrade':
      case 'connect':
        return this.onTakeover(args[0] as IncomingMessage, args[1] as Socket | ServerResponse);
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
    const after = noteClientError(error, { socket, connection: this.connections.of(socket) }, this.watcher);
    return after && { after };
  }

  /** In HTTP/2 it is one of many streams that is taken over, which has a response like any other. */
  private onTakeover(request: IncomingMessage, over: Socket | ServerResponse): Visit | undefined {
    return http2StreamOf(over as ServerResponse) === undefined
      ? this.onUpgrade(request, over as Socket)
      : this.onExchange(request, over as ServerResponse);
  }

  private onUpgrade(request: IncomingMessage, socket: Socket): Visit | undefined {
    if (isObserved(request)) {
      return undefined;
    }
    const begin = noteUpgrade(request, socket);
    if (this.isBelowPrefix) {
      awaitFramework(request, begin);
      return undefined;
    }
    return { within: begin(this.watcher).observation.context };
  }

  /** Node answers 503 to a request above the limit of its connection, with a response that it shows to nobody. */
  private onDropped(request: IncomingMessage, socket: Socket): undefined {
    const { last } = this.connections.of(socket);
    if (last?.request === request) {
      this.onExchange(request, last.response);
    }
  }

  /** The application answers the request itself, or hands it on to its framework. */
  private onExchange(request: IncomingMessage, response: ServerResponse): Visit | undefined {
    if (this.isBelowPrefix || isObserved(request)) {
      return undefined;
    }
    return { within: observeEarly({ request, response, target: targetOf(request) }, this.watcher).context };
  }
}

/** The target of CONNECT is an authority, which has no path. */
function targetOf({ method }: IncomingMessage): string | undefined {
  return method === 'CONNECT' ? '' : undefined;
}
