import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { brokenOff, HttpAnswerReader, type HttpAnswer } from './http-answer.js';

/** A request as it goes over a connection. */
export interface HttpRequest {
  /** From the first line to the empty one. */
  readonly head: string;
  readonly body: Uint8Array;
}

/** What is under way on a connection. */
interface Exchange {
  readonly reader: HttpAnswerReader;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Before this a server can already have ended what it says it keeps. */
const SERVER_HASTE_MILLIS = 1000;
const KEEP_ALIVE_SECONDS = /(?:^|[,\s])timeout=(\d{1,9})/i;

/**
 * One connection over which requests of HTTP/1.1 go, one after the other. It does not keep the process alive.
 *
 * Node's own client is of the same parts as its server. Once both are at work in a process, V8 prepares these for both
 * kinds of objects, and each request of the application's server takes longer.
 */
export class HttpSocket {
  private exchange: Exchange | undefined;
  private usableUntil = Infinity;
  /** Whether an answer has come over it. */
  private isProven = false;

  constructor(
    private readonly socket: Duplex & { readonly unref?: () => unknown },
    private readonly maxAnswerBytes: number,
  ) {
    const release = (): void => void socket.unref?.();
    release();
    // Each address that is tried has a handle of its own.
    socket.on('connectionAttempt', release).on('connect', release);
    socket.on('data', (bytes: Buffer) => this.read((reader) => reader.add(bytes)));
    socket.on('end', () => this.read((reader) => reader.end()));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(brokenOff()));
  }

  /** Whether an answer is waited for. */
  get isBusy(): boolean {
    return this.exchange !== undefined;
  }

  /** Whether another request can be sent. */
  get isUsable(): boolean {
    return !this.isBusy && !this.socket.destroyed && performance.now() < this.usableUntil;
  }

  /**
   * Sends a request. Rejects when no answer of HTTP/1.1 comes.
   *
   * @throws UnheardError where a connection that was kept has ended before anything came over it
   */
  send({ head, body }: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.exchange = { reader: new HttpAnswerReader(this.maxAnswerBytes), resolve, reject };
      // What begins while the process exits stays unsent, and is left to the last delivery.
      process.nextTick(() => {
        this.socket.cork();
        this.socket.write(head, 'latin1');
        this.socket.write(body);
        this.socket.uncork();
      });
    });
  }

  /** Breaks off what is under way. */
  destroy(): void {
    this.socket.destroy();
    this.fail(brokenOff());
  }

  private read(take: (reader: HttpAnswerReader) => HttpAnswer | undefined): void {
    const { exchange } = this;
    if (exchange === undefined) {
      // The end of a connection that rests, or something that nobody has asked for.
      this.socket.destroy();
      return;
    }
    try {
      const answer = take(exchange.reader);
      if (answer !== undefined) {
        this.finish(exchange, answer);
      }
    } catch (error) {
      this.fail(error);
      this.socket.destroy();
    }
  }

  private finish(exchange: Exchange, answer: HttpAnswer): void {
    this.exchange = undefined;
    this.isProven = true;
    const [, seconds] = KEEP_ALIVE_SECONDS.exec(answer.headers.get('keep-alive') ?? '') ?? [];
    this.usableUntil = seconds === undefined ? Infinity : performance.now() + Number(seconds) * 1000 - SERVER_HASTE_MILLIS;
    // An answer that comes before all of the request has been taken leaves the rest of that on the way.
    if (!answer.keepsAlive || this.socket.writableLength > 0) {
      this.socket.destroy();
    }
    exchange.resolve(answer);
  }

  private fail(error: unknown): void {
    const { exchange } = this;
    this.exchange = undefined;
    if (exchange !== undefined) {
      exchange.reject(this.isProven && !exchange.reader.hasBegun ? new UnheardError(error) : error);
    }
  }
}

/**
 * The server has ended a connection that it kept, mostly while a request was still on its way. OTLP is sent again after
 * a broken connection, whether or not anything was read.
 */
export class UnheardError extends Error {
  constructor(override readonly cause: unknown) {
    super('the connection was ended before anything came over it');
  }
}
