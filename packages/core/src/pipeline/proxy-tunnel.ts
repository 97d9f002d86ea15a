import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { Certificates } from '../destinations/destination.js';
import { judgeStatus } from './http-status.js';
import { AnsweredError } from './otlp-request.js';

/** How long a proxy may take to open a way. */
const OPENING_MILLIS = 10_000;

/** A connection through which the other side of a proxy is spoken to. */
export type Tunnel = Socket | TLSSocket;

/** The header that a proxy asks for where its address has user-info. */
export function proxyHeaders(proxy: URL): Record<string, string> {
  return proxy.username === '' ? {} : { 'proxy-authorization': basicCredentials(proxy) };
}

/** The credentials of an address as HTTP sends them. */
export function basicCredentials({ username, password }: URL): string {
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(plain).toString('base64')}`;
}

/** The connection to a proxy, for `request()`. */
export function proxyAddress(proxy: URL): { readonly host: string; readonly port: number } {
  const port = Number(proxy.port) || (proxy.protocol === 'https:' ? 443 : 80);
  return { host: proxy.hostname.replace(/^\[|\]$/g, ''), port };
}

/**
 * Opens a way through a proxy. It does not keep the process alive.
 *
 * @param openingMillis - how long the proxy may say nothing, in milliseconds
 * @throws Error when the proxy can't be reached or refuses
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6
 */
export function openTunnel(proxy: URL, target: URL, openingMillis = OPENING_MILLIS): Promise<Socket> {
  const { request } = proxy.protocol === 'https:' ? https : http;
  const authority = `${target.hostname}:${portOf(target)}`;
  return new Promise((resolve, reject) => {
    const asking = request({
      ...proxyAddress(proxy),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...proxyHeaders(proxy) },
      agent: false,
    });
    asking.on('socket', (socket) => socket.unref());
    asking.setTimeout(openingMillis, () => asking.destroy(silence()));
    asking.on('error', reject);
    asking.on('connect', ({ statusCode = 0, headers: answered }, socket, head) => {
      if (statusCode >= 200 && statusCode < 300) {
        socket.setTimeout(0);
        // A server of HTTP/2 speaks first.
        socket.unshift(head);
        resolve(socket as Socket);
      } else {
        socket.destroy();
        reject(refusal(statusCode, answered['retry-after']));
      }
    });
    asking.end();
  });
}

/** A proxy whose own way is broken, or that is asked too much, is asked again. */
function refusal(status: number, retryAfter: string | undefined): Error {
  return new AnsweredError(`the proxy answered with HTTP status ${status}`, (error) => judgeStatus(status, error, retryAfter));
}

function silence(): Error {
  return new AnsweredError('the proxy did not answer in time', (error) => ({ status: 'retryable', error }));
}

/** Speaks TLS through a tunnel. It does not keep the process alive. */
export function secureTunnel(
  tunnel: Socket,
  target: URL,
  options: Certificates & Pick<ConnectionOptions, 'ALPNProtocols'>,
): TLSSocket {
  const name = target.hostname.replace(/^\[|\]$/g, '');
  // The name of a server is none of its addresses.
  const secured = connect({ ...options, socket: tunnel, ...(isIP(name) === 0 ? { servername: name } : { host: name }) });
  secured.unref();
  return secured;
}

function portOf(target: URL): string {
  return target.port || (target.protocol === 'https:' ? '443' : '80');
}
