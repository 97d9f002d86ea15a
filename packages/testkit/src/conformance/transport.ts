import { createSelfSigned, type KeyPair } from './self-signed.js';

/** How clients reach a host: HTTP/1.1 or HTTP/2, with or without TLS. */
export type Transport = 'http1' | 'https' | 'http2' | 'h2c';

/** What telemetry says of the requests that come over a transport. */
export interface TransportFacts {
  /** For titles. */
  readonly title: string;
  readonly scheme: 'http' | 'https';
  /** The value of `network.protocol.version`. */
  readonly protocolVersion: '1.1' | '2';
}

/** The facts of every transport. */
export const TRANSPORTS: Readonly<Record<Transport, TransportFacts>> = {
  http1: { title: 'HTTP/1.1', scheme: 'http', protocolVersion: '1.1' },
  https: { title: 'HTTP/1.1 with TLS', scheme: 'https', protocolVersion: '1.1' },
  http2: { title: 'HTTP/2', scheme: 'https', protocolVersion: '2' },
  h2c: { title: 'HTTP/2 without TLS', scheme: 'http', protocolVersion: '2' },
};

let keyPair: KeyPair | undefined;

/** The key and certificate of every host of this process. */
export function testKeyPair(): KeyPair {
  keyPair ??= createSelfSigned();
  return keyPair;
}

/** What a client has to know to trust the hosts: their certificate is for `localhost`, whatever host it asks for. */
export function clientTrust(): { readonly ca: string; readonly servername: string } {
  return { ca: testKeyPair().cert, servername: 'localhost' };
}

/** The options with which Fastify serves a transport. */
export function fastifyTransport(transport: Transport): { readonly https?: KeyPair; readonly http2?: true } {
  const { scheme, protocolVersion } = TRANSPORTS[transport];
  return {
    ...(scheme === 'https' ? { https: testKeyPair() } : {}),
    ...(protocolVersion === '2' ? { http2: true } : {}),
  };
}
