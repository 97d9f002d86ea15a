import { request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import type { RunningHost } from './host.js';

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly trailers: NodeJS.Dict<string>;
}

/** What to send. */
export interface Sending {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

/** Sends one request over a connection of its own and reads the answer to its end. */
export function send(host: RunningHost, path: string, sending: Sending = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = open(host, path, sending);
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
          trailers: response.trailers,
        }),
      );
    });
    request.end(sending.body);
  });
}

/** Sends a request and goes away: before the answer, or after its first bytes. */
export function sendAndLeave(host: RunningHost, path: string, leave: 'before-headers' | 'after-headers'): Promise<void> {
  return new Promise((resolve) => {
    const request = open(host, path, {});
    request.on('error', () => resolve());
    request.on('close', () => resolve());
    request.on('response', (response) => {
      response.on('error', () => {});
      response.once('data', () => request.destroy());
    });
    request.end();
    if (leave === 'before-headers') {
      setTimeout(() => request.destroy(), 50);
    }
  });
}

function open(host: RunningHost, path: string, sending: Sending): ClientRequest {
  const options: RequestOptions = {
    host: '127.0.0.1',
    port: host.port,
    path,
    method: sending.method ?? 'GET',
    headers: sending.headers ?? {},
    agent: false,
  };
  return httpRequest(options);
}
