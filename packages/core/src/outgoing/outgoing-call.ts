import type { HeaderSource } from '../redaction/header-capture.js';

export type { HeaderSource } from '../redaction/header-capture.js';

/** The headers of a request. */
export interface OutgoingHeaders {
  /** The value of a header, its name in lower case; several values are joined, a missing one is `undefined`. */
  get(name: string): string | undefined;
  /** All of them, for a record. */
  all(): HeaderSource;
}

/** The headers of a request that has not been sent yet. */
export interface SettableOutgoingHeaders extends OutgoingHeaders {
  /** Sets a header in the place of all of its name. Name and value are legal ones. */
  set(name: string, value: string): void;
  /** Takes out all headers of a name, where a client copies them from one request to the next. */
  remove?(name: string): void;
}

/** What a client tells of a request before it is sent. */
export interface OutgoingCall {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Host and port as the client addresses them; without a port, that of the scheme. */
  readonly authority: string;
  /**
   * Whether the authority lacks the port that the client connects to, which is known with the connection.
   *
   * @default false
   */
  readonly isPortMissing?: boolean;
  /** The target: in origin form (`/a?b`), absolute (`http://host/a`), `*`, or an authority (CONNECT). */
  readonly path: string;
  readonly headers: OutgoingHeaders;
  /** The same, where something can be added; `undefined` when they have been written already. */
  readonly settable: SettableOutgoingHeaders | undefined;
}

/** The other end of the connection. */
export interface OutgoingPeer {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

/** What a client tells of a response when its head has arrived. */
export interface OutgoingResponse {
  readonly statusCode: number;
  /** `1.1`, `2`. */
  readonly protocolVersion: string | undefined;
  /** The target of a redirect. */
  readonly location: string | undefined;
  /** Asked for only where they are recorded. */
  readonly headers: () => HeaderSource;
}
