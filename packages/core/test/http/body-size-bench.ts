import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { countBodies } from '../../src/http/body-sizes.js';

/** Answers a request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** The protocols that the bodies are counted in. */
export type Protocol = 'HTTP/1.1' | 'HTTP/2';

/** What a client sends. */
export interface Sent {
  readonly method?: string;
  readonly pieces?: readonly Buffer[];
}

/** What was counted of one exchange, and what the client got. */
export interface Outcome {
  readonly request: number;
  readonly response: number;
  readonly body: Buffer;
}

/** A server that counts the bodies of every request up to its response's last event. */
export class BodySizeBench {
  /** The sizes of every request, in the order in which they came; each settles when its response is closed. */
  readonly sizes: Promise<Omit<Outcome, 'body'>>[] = [];
  handler: Handler = () => {};
  private readonly server: Server | Http2Server;
  private readonly sockets = new Set<Socket>();

  constructor(
    readonly protocol: Protocol,
    responseClass?: typeof ServerResponse,
  ) {
    this.server =
      protocol === 'HTTP/1.1'
        ? createServer({ ...(responseClass && { ServerResponse: responseClass }) }, (request, response) =>
            this.answer(request, response),
          )
        : createHttp2Server((request, response) =>
            this.answer(request as unknown as IncomingMessage, response as unknown as ServerResponse),
          );
  }

  async listen(): Promise<void> {
    this.server.on('connection', (socket: Socket) => this.sockets.add(socket));
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    this.server.close();
    await once(this.server, 'close');
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Sends a request and reads the answer to its end. */
  async exchange(handler: Handler, sent: Sent = {}): Promise<Outcome> {
    this.handler = handler;
    const body = await (this.protocol === 'HTTP/1.1' ? this.exchangeHttp1(sent) : this.exchangeHttp2(sent));
    return { ...(await this.lastSizes()), body };
  }

  /** Sends a request, and breaks the connection off when the first bytes of the answer are there. */
  async leave(handler: Handler, sent: Sent = {}): Promise<Omit<Outcome, 'body'>> {
    this.handler = handler;
    const { stream, close } = this.open(sent);
    stream.on('error', () => {});
    sent.pieces?.forEach((piece) => stream.write(piece));
    if (sent.pieces === undefined) {
      stream.end();
    }
    await new Promise<void>((resolve) => {
      stream.on('response', (response: unknown) => {
        const readable = this.protocol === 'HTTP/1.1' ? (response as IncomingMessage) : stream;
        readable.on('error', () => {});
        readable.once('data', () => resolve());
      });
    });
    close();
    return this.lastSizes();
  }

  /** Opens a connection for what no client would send. */
  connect(): Socket {
    return connect(this.port, '127.0.0.1');
  }

  private lastSizes(): Promise<Omit<Outcome, 'body'>> {
    return this.sizes.at(-1) ?? Promise.reject(new Error('no request has come'));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const sizes = countBodies(request, response);
    const closed = new Promise<void>((resolve) => response.once('close', () => resolve()));
    this.sizes.push(
      closed.then(() => {
        sizes.stop();
        return { request: sizes.request(), response: sizes.response() };
      }),
    );
    this.handler(request, response);
  }

  private open({ method, pieces }: Sent): { stream: NodeJS.WritableStream; close: () => void } {
    const verb = method ?? (pieces === undefined ? 'GET' : 'POST');
    if (this.protocol === 'HTTP/1.1') {
      const request = httpRequest({ host: '127.0.0.1', port: this.port, method: verb, agent: false });
      return { stream: request, close: () => request.destroy() };
    }
    const session = connectHttp2(`http://127.0.0.1:${this.port}`);
    session.on('error', () => {});
    return { stream: session.request({ ':method': verb, ':path': '/' }), close: () => session.destroy() };
  }

  private async exchangeHttp1(sent: Sent): Promise<Buffer> {
    const { stream } = this.open(sent);
    sent.pieces?.forEach((piece) => stream.write(piece));
    stream.end();
    const [response] = (await once(stream, 'response')) as [IncomingMessage];
    return Buffer.concat((await response.toArray()) as Buffer[]);
  }

  private async exchangeHttp2(sent: Sent): Promise<Buffer> {
    const { stream, close } = this.open(sent);
    sent.pieces?.forEach((piece) => stream.write(piece));
    stream.end();
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(stream, 'end');
    close();
    return Buffer.concat(chunks);
  }
}
