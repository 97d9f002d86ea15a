import type { ExportResponse, IExporterTransport } from '@opentelemetry/otlp-exporter-base';
import type { Certificates } from '../destinations/destination.js';
import { lazily } from '../lazily.js';
import { FlushDeadlines } from './flush-deadlines.js';
import type * as GrpcConnectionFile from './grpc-connection.js';
import { HttpConnection } from './http-connection.js';
import { postOtlp, releaseCompression, type OtlpConnection, type OtlpMessage } from './otlp-request.js';

const grpc = lazily(() => require('./grpc-connection.js') as typeof GrpcConnectionFile);

const MAX_RETRIES = 5;
const FIRST_BACKOFF_MILLIS = 1000;
const MAX_BACKOFF_MILLIS = 5000;
const BACKOFF_MULTIPLIER = 1.5;
const JITTER = 0.2;

/**
 * The way of an exporter's requests to one destination, with retries.
 *
 * The exporters' own transport keeps the process alive with its sockets and back-offs, and does not tell what it has
 * under way. This one never keeps the process alive, and hands out what has not been answered, so that the end of the
 * process can deliver it.
 */
export class OtlpTransport implements IExporterTransport {
  /** Each with the moment before which it must not be sent again: a Retry-After. */
  private readonly unanswered = new Map<OtlpMessage, number>();
  private readonly allPauses = new Set<(whole?: boolean) => void>();
  /** Those that {@link hurry} and a flush may end. */
  private readonly pauses = new Set<(whole?: boolean) => void>();
  private readonly flushes = new FlushDeadlines();
  private readonly connection: OtlpConnection;
  private urgent = false;
  private closed = false;
  /** Told each time when the destination can't be reached and is to be tried again. */
  onUnreachable: (error: unknown) => void = () => {};

  /**
   * @param template - what every request has in common
   * @param certificates - what connections to an address over https are made with
   */
  constructor(
    private readonly template: Omit<OtlpMessage, 'body'>,
    readonly certificates: Certificates,
  ) {
    const proxy = template.proxy === undefined ? undefined : new URL(template.proxy);
    const Connection = template.grpc ? grpc().GrpcConnection : HttpConnection;
    this.connection = new Connection(template.url, certificates, proxy);
  }

  /** Sends serialised bytes. Never rejects. */
  async send(body: Uint8Array, timeoutMillis: number): Promise<ExportResponse> {
    const message = { ...this.template, body };
    this.unanswered.set(message, 0);
    try {
      return await this.sendWithRetries(message, performance.now() + timeoutMillis);
    } finally {
      this.unanswered.delete(message);
    }
  }

  /** The requests that are under way or waiting for another try, without those that the destination wants later. */
  get pending(): readonly OtlpMessage[] {
    const now = performance.now();
    return [...this.unanswered].filter(([, notBefore]) => notBefore <= now).map(([message]) => message);
  }

  /** Whether nothing is under way or waiting for another try. */
  get isIdle(): boolean {
    return this.unanswered.size === 0;
  }

  /** Whether the destination has asked to get something later. */
  get isAskedToWait(): boolean {
    return this.pending.length < this.unanswered.size;
  }

  /**
   * Somebody waits for everything until a moment of `performance.now()`: a destination that could not be reached is
   * tried once more at once.
   *
   * @returns a function that says that the wait is over
   */
  beginFlush(deadline: number): () => void {
    const end = this.flushes.begin(deadline);
    this.pauses.forEach((finish) => finish());
    return end;
  }

  /**
   * Settles with the work of a flush, or as soon as waiting makes no sense: the destination can't be reached, or its
   * next try comes after the deadline. The requests go on all the same.
   */
  orVain(work: Promise<void>): Promise<void> {
    return this.flushes.orVain(work);
  }

  /**
   * While the process ends, a destination that can't be reached is tried once more at once, and not again. What it
   * answered with a Retry-After stays in force.
   */
  hurry(urgent: boolean): void {
    this.urgent = urgent;
    if (urgent) {
      this.pauses.forEach((finish) => finish());
    }
  }

  /** Breaks off everything under way, which then counts as failed. */
  shutdown(): void {
    this.closed = true;
    this.connection.close();
    releaseCompression();
    this.allPauses.forEach((finish) => finish());
  }

  private async sendWithRetries(message: OtlpMessage, deadline: number): Promise<ExportResponse> {
    for (let retries = 0; !this.closed; ) {
      const answer = await postOtlp(message, this.connection, deadline - performance.now());
      if (this.closed && answer.status !== 'success') {
        break;
      }
      if (answer.status !== 'retryable' || retries >= MAX_RETRIES) {
        return answer;
      }
      const unreachable = answer.unreachable === true;
      const pauseMillis = Math.max(backoffMillis(retries), answer.retryInMillis ?? 0);
      if ((unreachable && this.urgent) || performance.now() + pauseMillis > deadline) {
        return answer;
      }
      if (unreachable) {
        this.onUnreachable(answer.error);
      }
      this.unanswered.set(message, performance.now() + (answer.retryInMillis ?? 0));
      // A try that somebody has asked for is none of the retries.
      retries += (await this.pause(pauseMillis, unreachable)) ? 1 : 0;
    }
    return { status: 'failure', error: new Error('the set-up was shut down') };
  }

  /**
   * @param interruptible - whether {@link hurry} and a flush end it: nothing was said about when to come again
   * @returns whether it went on to its end
   */
  private async pause(millis: number, interruptible: boolean): Promise<boolean> {
    const endVanity = this.flushes.note({ until: performance.now() + millis, unreachable: interruptible });
    const isWhole = await new Promise<boolean>((resolve) => {
      const finish = (whole = false): void => {
        clearTimeout(timer);
        this.pauses.delete(finish);
        this.allPauses.delete(finish);
        resolve(whole);
      };
      const timer = setTimeout(finish, millis, true).unref();
      this.allPauses.add(finish);
      if (interruptible) {
        this.pauses.add(finish);
      }
    });
    endVanity();
    return isWhole;
  }
}

function backoffMillis(retries: number): number {
  const base = Math.min(FIRST_BACKOFF_MILLIS * BACKOFF_MULTIPLIER ** retries, MAX_BACKOFF_MILLIS);
  return base * (1 + JITTER * (2 * Math.random() - 1));
}
