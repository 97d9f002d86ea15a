import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { objectNotes } from '../../given-object.js';
import { thisMoment, type Moment } from '../create-observation.js';
import type { RequestMessage } from './refused-requests.js';

/** What is known of one connection of HTTP/1. */
export interface Connection {
  /** When it was made, until a request has come over it; `undefined` when nobody saw that. */
  readonly since: Moment | undefined;
  /** What came last over it and could be read, until that is over. */
  readonly last: RequestMessage | undefined;
  /** Whether what came after that has been refused: Node can find the same request malformed again and again. */
  isRefused: boolean;
}

type KnownConnection = { -readonly [Name in keyof Connection]: Connection[Name] };

interface OwnedConnection {
  readonly owner: Connections;
  readonly connection: KnownConnection;
}

/** Each request asks. */
const owned = objectNotes<Socket, OwnedConnection>();

/** The connections of one server. */
export class Connections {
  of(socket: Socket): Connection {
    return this.known(socket) ?? this.begin(socket, undefined);
  }

  /** A connection was made. */
  noteArrival(socket: Socket): void {
    this.begin(socket, thisMoment());
  }

  /** A request could be read. */
  noteRequest(message: RequestMessage): void {
    const connection = this.known(message.socket) ?? this.begin(message.socket, undefined);
    connection.since = undefined;
    connection.last = message;
    connection.isRefused = false;
  }

  /** A response has been written: an idle connection must not keep a request, and what was made of it, alive. */
  noteResponse({ request, socket }: RequestMessage): void {
    const connection = this.known(socket);
    if (connection?.last?.request !== request) {
      return;
    }
    if (request.complete) {
      connection.last = undefined;
    } else {
      // What is left of its body can still be malformed.
      request.once('close', () => this.forget(socket, request));
    }
  }

  private known(socket: Socket): KnownConnection | undefined {
    const found = owned.get(socket);
    return found?.owner === this ? found.connection : undefined;
  }

  private forget(socket: Socket, request: IncomingMessage): void {
    const connection = this.known(socket);
    if (connection?.last?.request === request) {
      connection.last = undefined;
    }
  }

  private begin(socket: Socket, since: Moment | undefined): KnownConnection {
    const connection: KnownConnection = { since, last: undefined, isRefused: false };
    owned.set(socket, { owner: this, connection });
    return connection;
  }
}
