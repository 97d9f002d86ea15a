import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { StoresSnapshot } from '../../tracing/stores-snapshot.js';
import { whoBroke, type ResponseEnded } from './connection-end.js';
import { whenConnectionCloses } from './queued-responses.js';
import { SourceWatch, type ResponseListener } from './source-watch.js';

/** What Node tells of a request when it gives up the rest of its body. */
const FOLLOWING = ['close', 'end', 'data', 'readable'] as const;

/** Node's own listener, which lets its parser go on from the request. Asking a function for its name takes longer. */
let clearing: unknown;

function isNodes(listener: { readonly name: string } | undefined): boolean {
  if (clearing === undefined && listener?.name === 'clearIncoming') {
    clearing = listener;
  }
  return listener !== undefined && listener === clearing;
}

/**
 * Tells how a response of HTTP/1 ends: `finish` comes after the last byte of a stream or trailer was handed over, and
 * `close` without it means that the connection is gone.
 */
export class Http1Watch extends SourceWatch {
  private readonly request: IncomingMessage;
  /** Node takes it from a request whose body is given up, as `pipeline` and loops over it do when they fail or break. */
  private readonly socket: Socket | null;
  private forget: (() => void) | undefined = undefined;
  private hasEnded = false;

  constructor(
    private readonly response: ServerResponse,
    listener: ResponseListener,
  ) {
    super(listener);
    this.request = response.req;
    this.socket = this.request.socket;
  }

  /** Looks at what has happened before it was called. */
  begin(): void {
    const { response, socket } = this;
    if (response.socket === null && socket) {
      this.forget = whenConnectionCloses(socket, () => this.close());
    }
    if (response.writableFinished || response.closed || response.destroyed) {
      // Something before the observation took so long that the client has left, or has answered.
      this.close();
    }
  }

  override minds(emitter: EventEmitter, name: unknown): boolean {
    if (this.isRequest(emitter)) {
      return name === 'aborted';
    }
    // What comes after the end tells nothing new.
    return ((name === 'finish' || name === 'close') && !this.hasEnded) || super.minds(emitter, name);
  }

  override see(emitter: EventEmitter, name: unknown, argument: unknown): void {
    if (this.isRequest(emitter)) {
      // Before handlers are told, who may set a status that nobody receives any more. With a connection that is
      // still there, only the body has been given up, and the answer can still come.
      if (this.socket?.destroyed !== false) {
        this.close();
      }
    } else if (name === 'finish') {
      this.end('completed', undefined);
    } else if (name === 'close') {
      this.close();
    } else {
      super.see(emitter, name, argument);
    }
  }

  /**
   * Node listens to the end of each response of a server, and sets the timeout of its idle connection then; and to that
   * of a request whose body nobody has read when its response ends.
   */
  isInternal(emitter: EventEmitter, name: unknown): boolean {
    if (emitter.listenerCount(name as string) !== 1) {
      return false;
    }
    if (name === 'finish' && emitter === this.response) {
      const socket = this.socket as { readonly server?: unknown } | null;
      return socket?.server !== undefined;
    }
    return name === 'end' && emitter === this.request && isNodes(emitter.rawListeners(name)[0]);
  }

  /** Unless somebody hears what follows from the end, for whom all storages are to hold what they do. */
  get outside(): StoresSnapshot | undefined {
    const { request, response } = this;
    const isHeard = response.listenerCount('close') > 0 || FOLLOWING.some((name) => request.listenerCount(name) > 0);
    return isHeard ? undefined : this.listener.outside;
  }

  /** Or an object that was made of it, which closes when its body has been read: most emitters are the response itself. */
  private isRequest(emitter: EventEmitter): boolean {
    const { request, response } = this;
    return emitter === request || (emitter !== response && Object.prototype.isPrototypeOf.call(request, emitter));
  }

  private close(): void {
    const { response, socket } = this;
    if (this.hasEnded || response.writableFinished) {
      this.end('completed', undefined);
      return;
    }
    const error = response.errored ?? undefined;
    // Only the application destroys a response with an error; Node hands that on to the socket.
    const isDestroyed = error !== undefined && error === socket?.errored;
    const outcome = isDestroyed ? 'broken-off' : whoBroke(socket);
    this.end(outcome, outcome === 'disconnected' ? undefined : (error ?? socket?.errored ?? undefined));
  }

  private end(...how: Parameters<ResponseEnded>): void {
    if (!this.hasEnded) {
      this.hasEnded = true;
      this.forget?.();
      this.stop();
      this.listener.ended(...how);
    }
  }
}
