import type { IncomingHttpHeaders } from 'node:http';

/** What to send. */
export interface Sending {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

/** What to send, and where. */
export interface PathSending extends Sending {
  readonly path: string;
}

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly trailers: NodeJS.Dict<string>;
}

/** When a client goes away: in the middle of what it sends, before the answer, or after its first bytes. */
export type Leaving = 'in-upload' | 'before-headers' | 'after-headers';
