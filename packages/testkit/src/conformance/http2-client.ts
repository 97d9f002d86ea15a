import { once } from 'node:events';
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { RunningHost } from './host.js';
import type { Answer, Leaving, PathSending, Sending } from './message.js';
import { clientTrust } from './transport.js';

/** One connection for all requests to a host, as browsers have it; the host closes it with itself. */
const sessions = new WeakMap<RunningHost, ClientHttp2Session>();

/** Sends one request as a stream of the host's connection and reads the answer to its end. */
export function sendHttp2(host: RunningHost, path: string, sending: Sending): Promise<Answer> {
  const stream = open(sessionOf(host), host, { ...sending, path });
  const answer = { status: 0, headers: {}, trailers: {} };
  const chunks: Buffer[] = [];
  let failure: unknown;
  stream.on('response', ({ ':status': status, ...headers }) => Object.assign(answer, { status, headers }));
  stream.on('trailers', (trailers) => Object.assign(answer.trailers, Object.fromEntries(Object.entries(trailers))));
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', (error) => (failure = error));
  stream.end(sending.body);
  return new Promise((resolve, reject) => {
    stream.on('close', () => {
      // A stream that is reset without a reason ends without an error.
      if (failure !== undefined || stream.aborted || answer.status === 0) {
        reject(new Error('aborted', { cause: failure }));
      } else {
        resolve({ ...answer, text: Buffer.concat(chunks).toString() });
      }
    });
  });
}

/** Sends a request and resets its stream; the connection stays. */
export async function leaveHttp2(host: RunningHost, sending: PathSending, leaving: Leaving): Promise<void> {
  const arrived = host.nextRequest();
  const stream = open(sessionOf(host), host, sending);
  if (leaving === 'in-upload') {
    stream.write(sending.body);
  } else {
    stream.end();
  }
  stream.on('error', () => {});
  await (leaving === 'after-headers' ? once(stream, 'data') : arrived);
  stream.close(constants.NGHTTP2_CANCEL);
  await new Promise((resolve) => stream.once('close', resolve));
}

/** Sends requests over one connection of their own and destroys it when the last of them has arrived. */
export async function sendAndDropConnection(host: RunningHost, paths: readonly string[]): Promise<void> {
  const session = openSession(host);
  for (const path of paths) {
    const arrived = host.nextRequest();
    const stream = open(session, host, { path });
    stream.on('error', () => {});
    stream.end();
    await arrived;
  }
  session.destroy();
}

function sessionOf(host: RunningHost): ClientHttp2Session {
  const known = sessions.get(host);
  if (known !== undefined && !known.closed && !known.destroyed) {
    return known;
  }
  const session = openSession(host);
  sessions.set(host, session);
  return session;
}

function openSession(host: RunningHost): ClientHttp2Session {
  const session = connect(host.url, host.scheme === 'https' ? clientTrust() : {});
  // Its streams fail with it, and tell.
  session.on('error', () => {});
  return session;
}

/** The authority is the address that was connected to, which Node would replace by the name in the certificate. */
function open(session: ClientHttp2Session, host: RunningHost, sending: PathSending): ClientHttp2Stream {
  const { host: authority = `127.0.0.1:${host.port}`, ...headers } = sending.headers ?? {};
  const pseudo = { ':method': sending.method ?? 'GET', ':path': sending.path, ':authority': authority };
  return session.request({ ...pseudo, ...headers }, { endStream: false });
}
