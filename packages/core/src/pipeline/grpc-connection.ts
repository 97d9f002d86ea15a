import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { gunzipSync } from 'node:zlib';
import type { Certificates } from '../destinations/destination.js';
import { judgeCall } from './grpc-status.js';
import {
  lateAnswer,
  messageHeaders,
  readAnswer,
  type OtlpAnswer,
  type OtlpConnection,
  type OtlpMessage,
} from './otlp-request.js';
import { basicCredentials, openTunnel, secureTunnel, type Tunnel } from './proxy-tunnel.js';

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const MAX_TIMEOUT_MILLIS = 99_999_999;

/**
 * OTLP over gRPC: unary calls on one connection of HTTP/2, which is made again when it has ended.
 *
 * Written on node:http2 because a call under way must not keep the process alive, and must be handed out at its end:
 * the client of gRPC for Node.js holds the process until the call's deadline.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export class GrpcConnection implements OtlpConnection {
  private readonly target: URL;
  private current: GrpcSession | undefined;
  private closed = false;

  /** @param url - where everything is sent; only its origin counts for the connection */
  constructor(
    url: string,
    private readonly certificates: Certificates,
    private readonly proxy: URL | undefined,
  ) {
    this.target = new URL(url);
  }

  exchange(message: OtlpMessage, timeoutMillis: number): Promise<OtlpAnswer> {
    return new Promise((resolve, reject) => {
      let giveUp = (): void => {};
      const opened = this.session();
      const timer = setTimeout(() => {
        resolve(lateAnswer());
        giveUp();
        // It may be dead without a word: the next call makes a new one.
        this.leave(opened);
      }, timeoutMillis).unref();
      const call = async (): Promise<OtlpAnswer> => {
        const session = await opened.ready;
        const stream = session.request(this.headers(message, timeoutMillis));
        giveUp = () => stream.close();
        return readCall(stream, frame(message));
      };
      call().then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  close(): void {
    this.closed = true;
    this.current?.end();
  }

  private headers(message: OtlpMessage, timeoutMillis: number): Record<string, string> {
    const { username, pathname } = this.target;
    return {
      ...(username === '' ? {} : { authorization: basicCredentials(this.target) }),
      ...messageHeaders(message),
      'grpc-timeout': `${Math.max(1, Math.min(Math.ceil(timeoutMillis), MAX_TIMEOUT_MILLIS))}m`,
      ':method': 'POST',
      ':path': pathname,
    };
  }

  private session(): GrpcSession {
    if (this.closed) {
      throw new Error('the set-up was shut down');
    }
    if (this.current === undefined) {
      const opened = this.open();
      const leave = (): void => this.leave(opened);
      this.current = opened;
      opened.ready.then((session) => session.once('close', leave).once('goaway', leave), leave);
    }
    return this.current;
  }

  /** What is under way on it goes on. */
  private leave(session: GrpcSession): void {
    if (this.current === session) {
      this.current = undefined;
      session.end(true);
    }
  }

  private open(): GrpcSession {
    let session: ClientHttp2Session | undefined;
    let isOpen = false;
    let isOver = false;
    const connected = async (): Promise<ClientHttp2Session> => {
      const tunnel = this.proxy && (await this.tunnel(this.proxy));
      const made = connect(this.target.origin, { ...this.certificates, ...(tunnel && { createConnection: () => tunnel }) });
      session = made;
      made.unref();
      return new Promise((resolve, reject) => {
        made.once('connect', () => {
          isOpen = true;
          resolve(made);
        });
        // Also later: without a listener the end of a connection would end the process.
        made.on('error', reject);
        made.once('close', () => reject(new Error('the connection was closed')));
        if (isOver) {
          made.destroy();
        }
      });
    };
    const end = (gently = false): void => {
      isOver = true;
      if (gently && isOpen) {
        session?.close();
      } else {
        session?.destroy();
      }
    };
    return { ready: connected(), end };
  }

  private async tunnel(proxy: URL): Promise<Tunnel> {
    const tunnel = await openTunnel(proxy, this.target);
    const isSecure = this.target.protocol === 'https:';
    return isSecure ? secureTunnel(tunnel, this.target, { ...this.certificates, ALPNProtocols: ['h2'] }) : tunnel;
  }
}

/** A connection, made or on the way. */
interface GrpcSession {
  readonly ready: Promise<ClientHttp2Session>;
  /** @param gently - whether the calls under way may go on */
  end(gently?: boolean): void;
}

/** A message with its length before it. */
function frame({ body, gzip }: OtlpMessage): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(gzip ? 1 : 0);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

async function readCall(stream: ReturnType<ClientHttp2Session['request']>, body: Buffer): Promise<OtlpAnswer> {
  let end: IncomingHttpHeaders = {};
  let status = 0;
  stream.on('response', (headers) => {
    status = Number(headers[':status']);
    end = headers;
  });
  stream.on('trailers', (trailers) => {
    end = trailers;
  });
  stream.end(body);
  const data = await readAnswer(stream as AsyncIterable<Buffer>);
  if (status === 0 || stream.aborted) {
    throw Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
  }
  return judgeCall(end, status, unframe(data));
}

/** The one message of an answer; empty for what is none, as the status decides. */
function unframe(data: Buffer): Uint8Array {
  if (data.length < 5 || data.length < 5 + data.readUInt32BE(1)) {
    return new Uint8Array();
  }
  const message = data.subarray(5, 5 + data.readUInt32BE(1));
  if (data.readUInt8(0) === 0) {
    return message;
  }
  try {
    return gunzipSync(message, { maxOutputLength: MAX_ANSWER_BYTES });
  } catch {
    // The call has been taken all the same.
    return new Uint8Array();
  }
}
