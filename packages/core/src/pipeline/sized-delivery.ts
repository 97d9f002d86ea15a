import { ExportResultCode } from '@opentelemetry/core';
import type { IExporterTransport, IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import type { ISerializer } from '@opentelemetry/otlp-transformer';
import { reportInternalError } from '../diagnostics/report.js';
import type { DeliveryResult } from './delivery-result.js';
import type { Division } from './divisions.js';
import { readRejection } from './rejection.js';

/** A serializer that may be asked twice for the same records. */
export interface RequestSerializer<T> extends ISerializer<T, unknown> {
  /** What was serialised last is not sent. */
  takeBack?(): void;
}

/** How the records of one signal become requests. */
export interface SizedDeliveryOptions<T> {
  readonly serializer: RequestSerializer<T>;
  readonly division: Division<T>;
  readonly transport: IExporterTransport;
  /** How long a request may be before its compression, in bytes. */
  readonly maxRequestBytes: number;
  /** How long a request may take with its retries, in milliseconds. */
  readonly timeoutMillis: number;
}

const NOT_SERIALISED = 'a record could not be serialised';

/** What became of some records. */
interface Outcome {
  readonly failed: number;
  readonly error?: Error;
}

/**
 * Serialises and sends, in as many requests as the destination's limit asks for. Records that fit into no request, or
 * can't be serialised, fail alone; every record is counted, also those that the destination says it has rejected.
 *
 * The delegate of the stock exporters makes one request of every batch, of whatever size.
 */
export class SizedDelivery<T> implements IOtlpExportDelegate<T> {
  private readonly pending = new Set<Promise<void>>();

  constructor(private readonly options: SizedDeliveryOptions<T>) {}

  export(records: T, done: (result: DeliveryResult) => void): void {
    // At once and all together, so that the end of the process finds each request with the transport.
    const work = this.settle(this.sendParts(records), done);
    this.pending.add(work);
    void work.finally(() => this.pending.delete(work));
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.pending);
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    this.options.transport.shutdown();
  }

  setMetrics(): void {}

  /** Never rejects. */
  private async settle(sending: readonly Promise<Outcome>[], done: (result: DeliveryResult) => void): Promise<void> {
    try {
      done(resultOf(await Promise.all(sending)));
    } catch (error) {
      reportInternalError('an export', error);
    }
  }

  private sendParts(records: T): Promise<Outcome>[] {
    const { serializer, division, maxRequestBytes } = this.options;
    let failure: Error;
    try {
      const body = serializer.serializeRequest(records);
      if (body !== undefined && body.length <= maxRequestBytes) {
        return [this.send(body, division.count(records))];
      }
      serializer.takeBack?.();
      failure = new Error(
        body === undefined ? NOT_SERIALISED : `a record is larger than a request may be, which is ${maxRequestBytes} bytes`,
      );
    } catch {
      // The message can hold what was recorded.
      failure = new Error(NOT_SERIALISED);
    }
    const halves = division.halves(records);
    return halves === undefined
      ? [Promise.resolve({ failed: division.count(records), error: failure })]
      : halves.flatMap((half) => this.sendParts(half));
  }

  private async send(body: Uint8Array, count: number): Promise<Outcome> {
    const { transport, timeoutMillis, serializer } = this.options;
    const answer = await transport.send(body, timeoutMillis);
    if (answer.status !== 'success') {
      return { failed: count, error: answer.error ?? new Error('the export failed') };
    }
    const rejection = answer.data && readRejection(serializer, answer.data);
    return { failed: Math.min(count, rejection?.records ?? 0), ...(rejection && { error: rejection.error }) };
  }
}

function resultOf(outcomes: readonly Outcome[]): DeliveryResult {
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  const error = outcomes.find((outcome) => outcome.failed > 0)?.error;
  return failed === 0
    ? { code: ExportResultCode.SUCCESS, failed }
    : { code: ExportResultCode.FAILED, failed, ...(error && { error }) };
}
