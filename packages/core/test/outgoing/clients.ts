import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { testKeyPair } from '@otelier/testkit/conformance';
import * as undici7 from 'undici';
import * as undici6 from 'undici-6';
import * as undici6Old from 'undici-6-old';

/** What to send. */
export interface Sending {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** What came back. */
export interface Received {
  readonly status: number;
  readonly text: string;
}

/** One way of sending requests. */
export interface Client {
  readonly name: string;
  /** Whether it tells of its connection to the server. */
  send(url: string, sending?: Sending): Promise<Received>;
}

interface FetchLike {
  (url: string, init: object): Promise<{ readonly status: number; text(): Promise<string> }>;
}

/** Sends by `node:http` or `node:https` and reads the answer to its end. */
export function sendByNode(url: string, { body, ...sending }: Sending & RequestOptions = {}): Promise<Received> {
  return new Promise((resolve, reject) => {
    const isSecure = url.startsWith('https:');
    const request = (isSecure ? httpsRequest : httpRequest)(url, { ...sending, ...(isSecure ? { ca: testKeyPair().cert } : {}) });
    request.on('error', reject);
    request.on('response', (response) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    request.end(body);
  });
}

/** Reads a body to its end. */
export async function readText(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of response as AsyncIterable<Buffer>) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function byFetch(name: string, implementation: FetchLike): Client {
  return {
    name,
    async send(url, sending = {}) {
      const response = await implementation(url, sending);
      return { status: response.status, text: await response.text() };
    },
  };
}

function byUndici(name: string, { request }: Pick<typeof undici7, 'request'>): Client {
  return {
    name,
    async send(url, sending = {}) {
      const { statusCode, body } = await request(url, sending as object);
      return { status: statusCode, text: await body.text() };
    },
  };
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

/** The copies of undici that run on this version of Node. */
export const UNDICI_COPIES: readonly (readonly [name: string, copy: typeof undici7])[] = [
  // As old as the copy in Node 20; it tells of no upgrade.
  ['undici 6.24', undici6Old as unknown as typeof undici7],
  ['undici 6', undici6 as unknown as typeof undici7],
  ['undici 7', undici7],
  // Loaded where Node is new enough for it.
  ...(major > 22 || (major === 22 && minor >= 19)
    ? [['undici 8', jest.requireActual<typeof undici7>('undici-8')] as const]
    : []),
];

/** Every way of sending requests. */
export const CLIENTS: readonly Client[] = [
  byFetch('fetch', fetch as FetchLike),
  ...UNDICI_COPIES.flatMap(([name, copy]) => [
    byFetch(`fetch of ${name}`, copy.fetch as unknown as FetchLike),
    byUndici(`request() of ${name}`, copy),
  ]),
  { name: 'node:http', send: sendByNode },
];
