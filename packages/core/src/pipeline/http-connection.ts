import * as http from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';
import { OTLPExporterError } from '@opentelemetry/otlp-exporter-base';
import type { Certificates } from '../destinations/destination.js';
import { judgeStatus } from './http-status.js';
import {
  lateAnswer,
  messageHeaders,
  readAnswer,
  type OtlpAnswer,
  type OtlpConnection,
  type OtlpMessage,
} from './otlp-request.js';
import { basicCredentials, openTunnel, proxyAddress, proxyHeaders, secureTunnel } from './proxy-tunnel.js';

/**
 * OTLP over HTTP/1.1, straight or through a proxy.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export class HttpConnection implements OtlpConnection {
  private readonly agent: http.Agent;

  /** @param url - where everything is sent */
  constructor(
    url: string,
    certificates: Certificates,
    private readonly proxy: URL | undefined,
  ) {
    this.agent = createAgent(new URL(url), certificates, proxy);
  }

  exchange(message: OtlpMessage, timeoutMillis: number): Promise<OtlpAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = this.request(message);
      const timer = setTimeout(() => {
        resolve(lateAnswer());
        outgoing.destroy();
      }, timeoutMillis).unref();
      outgoing.on('socket', (socket) => socket.unref());
      outgoing.on('close', () => clearTimeout(timer));
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        readAnswer(response as AsyncIterable<Buffer>).then((body) => resolve(judgeAnswer(response, body)), reject);
      });
      outgoing.end(message.body);
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private request(message: OtlpMessage): http.ClientRequest {
    const options = { method: 'POST', headers: messageHeaders(message), agent: this.agent };
    if (message.url.startsWith('https:')) {
      return https.request(message.url, options);
    }
    return this.proxy === undefined
      ? http.request(message.url, options)
      : http.request({ ...options, ...throughProxy(new URL(message.url), this.proxy, options.headers) });
  }
}

/** A proxy is told the whole address of a target that it forwards to, and opens a tunnel to one behind TLS. */
function createAgent(target: URL, certificates: Certificates, proxy: URL | undefined): http.Agent {
  if (target.protocol === 'https:') {
    return proxy === undefined
      ? new https.Agent({ keepAlive: true, ...certificates })
      : new TunnelAgent(target, certificates, proxy);
  }
  return proxy?.protocol === 'https:' ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true });
}

function throughProxy(target: URL, proxy: URL, headers: Record<string, string>): http.RequestOptions {
  const authorization = target.username === '' ? {} : { authorization: basicCredentials(target) };
  return {
    ...proxyAddress(proxy),
    protocol: proxy.protocol,
    path: `${target.origin}${target.pathname}${target.search}`,
    headers: { host: target.host, ...authorization, ...headers, ...proxyHeaders(proxy) },
  };
}

class TunnelAgent extends https.Agent {
  constructor(
    private readonly target: URL,
    private readonly certificates: Certificates,
    private readonly proxy: URL,
  ) {
    super({ keepAlive: true });
  }

  /** Called by Node.js for each new connection. */
  override createConnection(_options: object, done?: (error: Error | null, socket: Duplex) => void): undefined {
    void this.connect(done as ((error: unknown, socket?: Duplex) => void) | undefined);
  }

  private async connect(done: (error: unknown, socket?: Duplex) => void = () => {}): Promise<void> {
    let socket: Duplex;
    try {
      socket = secureTunnel(await openTunnel(this.proxy, this.target), this.target, this.certificates);
    } catch (error) {
      done(error);
      return;
    }
    done(null, socket);
  }
}

function judgeAnswer(response: http.IncomingMessage, body: Uint8Array): OtlpAnswer {
  const { statusCode = 0, statusMessage } = response;
  if (statusCode >= 200 && statusCode < 300) {
    return { status: 'success', data: body };
  }
  const error = new OTLPExporterError(statusMessage, statusCode, Buffer.from(body).toString('utf8', 0, 1000));
  return judgeStatus(statusCode, error, response.headers['retry-after']);
}
