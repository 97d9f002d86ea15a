import { validateHeaderName, validateHeaderValue } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectSecurely, type ConnectionOptions } from 'node:tls';
import { OTLPExporterError } from '@opentelemetry/otlp-exporter-base';
import type { Certificates } from '../destinations/destination.js';
import type { HttpAnswer } from './http-answer.js';
import { HttpSocket, UnheardError, type HttpRequest } from './http-socket.js';
import { judgeStatus } from './http-status.js';
import {
  lateAnswer,
  MAX_RESPONSE_BYTES,
  messageHeaders,
  type OtlpAnswer,
  type OtlpConnection,
  type OtlpMessage,
} from './otlp-request.js';
import { basicCredentials, openTunnel, proxyAddress, proxyHeaders, secureTunnel } from './proxy-tunnel.js';

/** Some servers look for it in an idle connection. */
const PROBE_MILLIS = 1000;

/**
 * OTLP over HTTP/1.1, straight or through a proxy.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export class HttpConnection implements OtlpConnection {
  private readonly target: URL;
  private readonly open = new Set<HttpSocket>();
  private isClosed = false;
  /** With which another connection to the same server costs less. */
  private session: Buffer | undefined;

  /** @param url - where everything is sent */
  constructor(
    url: string,
    private readonly certificates: Certificates,
    private readonly proxy: URL | undefined,
  ) {
    this.target = new URL(url);
  }

  async exchange(message: OtlpMessage, timeoutMillis: number): Promise<OtlpAnswer> {
    const request = { head: this.headOf(message), body: message.body };
    const trial: Trial = { socket: undefined, isLate: false };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<OtlpAnswer>((resolve) => {
      timer = setTimeout(() => {
        resolve(lateAnswer());
        trial.isLate = true;
        trial.socket?.destroy();
      }, timeoutMillis).unref();
    });
    const answered = this.sendOnce(request, trial).then(judgeAnswer);
    try {
      return await Promise.race([answered, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.isClosed = true;
    this.open.forEach((socket) => socket.destroy());
    this.open.clear();
  }

  /** Over a connection that is kept, or a new one where there is none, or where that has just been ended. */
  private async sendOnce(request: HttpRequest, trial: Trial): Promise<HttpAnswer> {
    trial.socket = this.takeKept();
    try {
      if (trial.socket !== undefined) {
        return await trial.socket.send(request);
      }
    } catch (error) {
      if (!(error instanceof UnheardError) || trial.isLate || this.isClosed) {
        throw error;
      }
    }
    trial.socket = await this.connect(trial);
    return trial.socket.send(request);
  }

  private takeKept(): HttpSocket | undefined {
    for (const socket of this.open) {
      if (socket.isUsable) {
        return socket;
      }
      if (!socket.isBusy) {
        socket.destroy();
        this.open.delete(socket);
      }
    }
    return undefined;
  }

  private async connect(trial: Trial): Promise<HttpSocket> {
    const socket = new HttpSocket(await this.reach(), MAX_RESPONSE_BYTES);
    if (trial.isLate || this.isClosed) {
      socket.destroy();
    } else {
      this.open.add(socket);
    }
    return socket;
  }

  /** The proxy, where it is told the whole address of the target: what is behind TLS is reached through a tunnel. */
  private get forwarder(): URL | undefined {
    return this.target.protocol === 'https:' ? undefined : this.proxy;
  }

  private async reach(): Promise<Duplex> {
    const { target, proxy, forwarder, certificates } = this;
    if (proxy !== undefined && forwarder === undefined) {
      return secureTunnel(await openTunnel(proxy, target), target, certificates);
    }
    const next = forwarder ?? target;
    // The certificates are those for the destination.
    return next.protocol === 'https:' ? this.openSecure(next, next === target ? certificates : {}) : openPlain(next);
  }

  private openSecure(url: URL, certificates: Certificates): Duplex {
    const { host, port } = proxyAddress(url);
    const named = isIP(host) === 0 ? { servername: host } : {};
    const kept: ConnectionOptions = this.session === undefined ? {} : { session: this.session };
    const socket = connectSecurely({ ...certificates, ...kept, ...named, host, port, ALPNProtocols: ['http/1.1'] });
    socket.on('session', (session) => {
      this.session = session;
    });
    socket.on('close', (hasFailed) => {
      this.session = hasFailed ? undefined : this.session;
    });
    return tuned(socket);
  }

  private headOf(message: OtlpMessage): string {
    const { target, forwarder } = this;
    const headers = {
      host: target.host,
      connection: 'keep-alive',
      ...(target.username === '' && target.password === '' ? {} : { authorization: basicCredentials(target) }),
      ...inLowerCase(messageHeaders(message)),
      ...(forwarder === undefined ? {} : proxyHeaders(forwarder)),
      'content-length': String(message.body.length),
    };
    const path = `${forwarder === undefined ? '' : target.origin}${target.pathname}${target.search}`;
    const fields = Object.entries(headers).map(([name, value]) => {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      return `${name}: ${value}\r\n`;
    });
    return `POST ${path} HTTP/1.1\r\n${fields.join('')}\r\n`;
  }
}

/** One attempt to get an answer. */
interface Trial {
  socket: HttpSocket | undefined;
  isLate: boolean;
}

function openPlain(url: URL): Duplex {
  return tuned(connect(proxyAddress(url)));
}

function tuned(socket: Socket): Socket {
  return socket.setNoDelay(true).setKeepAlive(true, PROBE_MILLIS);
}

/** How a body is framed is none of the application's business. */
function inLowerCase(headers: Record<string, string>): Record<string, string> {
  const framing = ['content-length', 'transfer-encoding'];
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !framing.includes(name)),
  );
}

function judgeAnswer({ status, reason, headers, body }: HttpAnswer): OtlpAnswer {
  if (status >= 200 && status < 300) {
    return { status: 'success', data: body };
  }
  const error = new OTLPExporterError(reason, status, body.toString('utf8', 0, 1000));
  return judgeStatus(status, error, headers.get('retry-after'));
}
