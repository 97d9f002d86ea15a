import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { RunningHost } from './host.js';
import { parseAnswers, type RawAnswer } from './raw-answers.js';
import { clientTrust } from './transport.js';

const DEADLINE_MILLIS = 10_000;

/** When the client has read enough. */
export interface RawSending {
  /** The requests are HEAD requests. */
  readonly head?: boolean;
  /** Closes the connection after so many answers; without it the server has to close it. */
  readonly answers?: number;
  /** Says that nothing more will be sent, right after the bytes. */
  readonly halfClose?: boolean;
}

/**
 * Sends bytes over a connection of HTTP/1 and reads the answers to them.
 *
 * @throws Error when the server neither answers as often as asked nor closes the connection within 10 s
 */
export function sendRaw(host: RunningHost, bytes: Buffer, sending: RawSending = {}): Promise<readonly RawAnswer[]> {
  const { head = false, answers: wanted = Infinity } = sending;
  return new Promise((resolve, reject) => {
    const socket = open(host);
    const chunks: Buffer[] = [];
    const read = (closed: boolean): readonly RawAnswer[] => parseAnswers(Buffer.concat(chunks), { head, closed });
    const deadline = setTimeout(() => {
      reject(new Error(`no end after ${JSON.stringify(Buffer.concat(chunks).toString('latin1').slice(0, 200))}`));
      socket.destroy();
    }, DEADLINE_MILLIS);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (wanted !== Infinity && read(false).length >= wanted) {
        socket.destroy();
      }
    });
    // A server that refuses the request closes the connection while the client still sends.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(deadline);
      try {
        resolve(read(true));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    if (sending.halfClose === true) {
      socket.end(bytes);
    } else {
      socket.write(bytes);
    }
  });
}

/** Sends requests of HTTP/1 over one connection and closes it when they have all arrived. */
export async function leavePipelined(host: RunningHost, bytes: Buffer, requests: number): Promise<void> {
  const arrived = host.nextRequest(requests);
  const socket = open(host);
  socket.on('error', () => {});
  socket.write(bytes);
  await arrived;
  socket.destroy();
}

function open(host: RunningHost): Socket {
  const address = { host: '127.0.0.1', port: host.port };
  return host.scheme === 'https' ? connectSecure({ ...address, ...clientTrust() }) : connectPlain(address);
}

/** What a request of HTTP/1 is written with, byte for byte: the defaults make a good GET that closes its connection. */
export interface RawRequest {
  /** @default 'GET' */
  readonly method?: string;
  readonly target: string;
  /** @default 'HTTP/1.1' */
  readonly version?: string;
  /** Whole lines. @default ['Host: wire.example', 'Connection: close'] */
  readonly lines?: readonly string[];
}

/** The bytes of a request; each character of the texts is one byte. */
export function rawRequest({ method = 'GET', target, version = 'HTTP/1.1', lines = CLOSING }: RawRequest): Buffer {
  return Buffer.from([`${method} ${target} ${version}`, ...lines, '', ''].join('\r\n'), 'latin1');
}

const CLOSING = ['Host: wire.example', 'Connection: close'];
