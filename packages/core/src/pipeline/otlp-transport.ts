import * as http from 'node:http';
import * as https from 'node:https';
import type { ExportResponse, IExporterTransport } from '@opentelemetry/otlp-exporter-base';
import type { Certificates } from '../destinations/destination.js';
import { postOtlp, type OtlpMessage } from './otlp-request.js';

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
  private readonly unanswered = new Set<OtlpMessage>();
  private readonly pauses = new Set<() => void>();
  private readonly agent: http.Agent;
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
    const { Agent } = template.url.startsWith('https:') ? https : http;
    this.agent = new Agent({ keepAlive: true, ...certificates });
  }

  /** Sends serialised bytes. Never rejects. */
  async send(body: Uint8Array, timeoutMillis: number): Promise<ExportResponse> {
    const message = { ...this.template, body };
    this.unanswered.add(message);
    try {
      return await this.sendWithRetries(message, performance.now() + timeoutMillis);
    } finally {
      this.unanswered.delete(message);
    }
  }

  /** The requests that are under way or waiting for another try. */
  get pending(): readonly OtlpMessage[] {
    return [...this.unanswered];
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
    this.agent.destroy();
    this.pauses.forEach((finish) => finish());
  }

  private async sendWithRetries(message: OtlpMessage, deadline: number): Promise<ExportResponse> {
    for (let retries = 0; !this.closed; retries += 1) {
      const answer = await postOtlp(message, this.agent, deadline - performance.now());
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
      await this.pause(pauseMillis, unreachable);
    }
    return { status: 'failure', error: new Error('the set-up was shut down') };
  }

  /** @param interruptible - whether {@link hurry} ends it: nothing was said about when to come again */
  private pause(millis: number, interruptible: boolean): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.pauses.delete(finish);
        resolve();
      };
      const timer = setTimeout(finish, millis).unref();
      if (interruptible) {
        this.pauses.add(finish);
      }
    });
  }
}

function backoffMillis(retries: number): number {
  const base = Math.min(FIRST_BACKOFF_MILLIS * BACKOFF_MULTIPLIER ** retries, MAX_BACKOFF_MILLIS);
  return base * (1 + JITTER * (2 * Math.random() - 1));
}
