import { Agent, request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http';
import { Agent as SecureAgent, request as httpsRequest } from 'node:https';
import type { RunningHost } from './host.js';
import type { Answer, Leaving, PathSending, Sending } from './message.js';
import { clientTrust } from './transport.js';

/** What to send, and the connections to send it over: without them a new one. */
export interface Http1Sending extends Sending {
  readonly agent?: Agent;
}

/** Sends one request of HTTP/1.1 and reads the answer to its end. */
export function sendHttp1(host: RunningHost, path: string, sending: Http1Sending): Promise<Answer> {
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

/** Sends a request of HTTP/1.1 and closes its connection. */
export async function leaveHttp1(host: RunningHost, sending: PathSending, leaving: Leaving): Promise<void> {
  const arrived = host.nextRequest();
  const request = open(host, sending.path, sending);
  const gone = new Promise<void>((resolve) => {
    request.on('error', () => resolve());
    request.on('close', () => resolve());
  });
  request.on('response', (response) => {
    response.on('error', () => {});
    response.once('data', () => request.destroy());
  });
  if (leaving === 'in-upload') {
    request.write(sending.body);
  } else {
    request.end();
  }
  if (leaving !== 'after-headers') {
    await arrived;
    request.destroy();
  }
  await gone;
}

/** Sends requests one after another over one connection that is kept alive; each waits for what is done after the last. */
export async function sendInTurn(
  host: RunningHost,
  paths: readonly string[],
  after: (path: string, at: number) => Promise<void>,
): Promise<void> {
  const options = { keepAlive: true, maxSockets: 1 };
  const agent = host.scheme === 'https' ? new SecureAgent(options) : new Agent(options);
  try {
    for (const [at, path] of paths.entries()) {
      await sendHttp1(host, path, { agent });
      await after(path, at);
    }
  } finally {
    agent.destroy();
  }
}

function open(host: RunningHost, path: string, sending: Http1Sending): ClientRequest {
  const options: RequestOptions = {
    host: '127.0.0.1',
    port: host.port,
    path,
    method: sending.method ?? 'GET',
    headers: sending.headers ?? {},
    agent: sending.agent ?? false,
  };
  return host.scheme === 'https' ? httpsRequest({ ...options, ...clientTrust() }) : httpRequest(options);
}
