import type { IncomingMessage } from 'node:http';

/** What is read of a request; one that could not be parsed has no more than this. */
export type RequestHead = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'httpVersion' | 'httpVersionMajor'> & {
  readonly httpVersionMinor?: number | undefined;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly socket?: Pick<IncomingMessage['socket'], 'remoteAddress' | 'remotePort'> | null;
};
