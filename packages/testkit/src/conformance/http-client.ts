import type { RunningHost } from './host.js';
import { leaveHttp1, sendHttp1 } from './http1-client.js';
import { leaveHttp2, sendHttp2 } from './http2-client.js';
import type { Answer, Leaving, PathSending, Sending } from './message.js';

export type { Answer, Leaving, PathSending, Sending } from './message.js';

/**
 * Sends one request and reads the answer to its end: over a connection of its own, or as one of many streams of HTTP/2.
 *
 * @throws Error `aborted` when the answer is broken off
 */
export function send(host: RunningHost, path: string, sending: Sending = {}): Promise<Answer> {
  return host.protocolVersion === '2' ? sendHttp2(host, path, sending) : sendHttp1(host, path, sending);
}

/** Sends a request and goes away: the connection is closed; in HTTP/2 the stream is, and the connection stays. */
export function sendAndLeave(host: RunningHost, request: string | PathSending, leaving: Leaving): Promise<void> {
  const sending = typeof request === 'string' ? { path: request } : request;
  return host.protocolVersion === '2' ? leaveHttp2(host, sending, leaving) : leaveHttp1(host, sending, leaving);
}
