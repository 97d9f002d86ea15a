import { ExportResultCode } from '@opentelemetry/core';
import type { IExporterTransport, IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import type { ISerializer } from '@opentelemetry/otlp-transformer';
import { reportInternalError } from '../diagnostics/report.js';
import type { DeliveryResult } from './delivery-result.js';
import type { Division } from './divisions.js';
import { readRejection } from './rejection.js';
import { isTooLarge } from './too-large.js';

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

/** Why a record that can't be written fails; the error that it threw can hold what was recorded. */
export const NOT_SERIALISED = 'a record could not be serialised';

/** A record that is too large for a destination that does not say its limit is cut to this part of its size, and so on. */
const TRIMMED_PART = 1 / 4;

/** What became of some records. */
interface Outcome {
  readonly failed: number;
  readonly trimmed: number;
  readonly error?: Error;
}

/**
 * Serialises and sends, in as many requests as the destination's limit asks for, or its answer that one is too large. A
 * record that is too large by itself is trimmed. Those that can't be, or can't be serialised, fail alone; every record
 * is counted, also those that the destination says it has rejected.
 *
 * The delegate of the stock exporters makes one request of every batch, of whatever size.
 */
export class SizedDelivery<T> implements IOtlpExportDelegate<T> {
  private readonly pending = new Set<Promise<void>>();

  constructor(private readonly options: SizedDeliveryOptions<T>) {}

  export(records: T, done: (result: DeliveryResult) => void): void {
    // At once and all together, so that the end of the process finds each request with the transport.
    const work = this.settle(this.sendParts(records, performance.now() + this.options.timeoutMillis), done);
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

  private sendParts(records: T, deadline: number): Promise<Outcome>[] {
    const { serializer, maxRequestBytes } = this.options;
    let failure: Error;
    try {
      const body = serializer.serializeRequest(records);
      if (body !== undefined && body.length <= maxRequestBytes) {
        return [this.send(body, records, deadline)];
      }
      serializer.takeBack?.();
      failure = new Error(
        body === undefined ? NOT_SERIALISED : `a record is larger than a request may be, which is ${maxRequestBytes} bytes`,
      );
    } catch {
      // The message can hold what was recorded.
      failure = new Error(NOT_SERIALISED);
    }
    return this.sendSmaller(records, { maxBytes: maxRequestBytes, failure, deadline });
  }

  /** @param how - what a single record is trimmed to, and what it has failed of where it can't be */
  private sendSmaller(
    records: T,
    how: { readonly maxBytes: number; readonly failure: Error; readonly deadline: number },
  ): Promise<Outcome>[] {
    const { division } = this.options;
    const halves = division.halves(records);
    if (halves !== undefined) {
      return halves.flatMap((half) => this.sendParts(half, how.deadline));
    }
    const trimmed = this.trim(records, how.maxBytes);
    return trimmed === undefined
      ? [Promise.resolve({ failed: division.count(records), trimmed: 0, error: how.failure })]
      : this.sendParts(trimmed, how.deadline).map(asTrimmed);
  }

  private trim(record: T, maxBytes: number): T | undefined {
    try {
      return this.options.division.trimmed?.(record, maxBytes);
    } catch (error) {
      reportInternalError('trimming a record', error);
      return undefined;
    }
  }

  private async send(body: Uint8Array, records: T, deadline: number): Promise<Outcome> {
    const { transport, serializer, division } = this.options;
    const count = division.count(records);
    const answer = await transport.send(body, deadline - performance.now());
    if (answer.status !== 'success') {
      const failure = answer.error ?? new Error('the export failed');
      const how = { maxBytes: Math.floor(body.length * TRIMMED_PART), failure, deadline };
      return isTooLarge(failure)
        ? joined(await Promise.all(this.sendSmaller(records, how)))
        : { failed: count, trimmed: 0, error: failure };
    }
    const rejection = answer.data && readRejection(serializer, answer.data);
    return { failed: Math.min(count, rejection?.records ?? 0), trimmed: 0, ...(rejection && { error: rejection.error }) };
  }
}

/** However often it was trimmed, it is one record; what was not taken is counted as that alone. */
async function asTrimmed(sending: Promise<Outcome>): Promise<Outcome> {
  const outcome = await sending;
  return { ...outcome, trimmed: 1 - outcome.failed };
}

function joined(outcomes: readonly Outcome[]): Outcome {
  const sum = (part: 'failed' | 'trimmed'): number => outcomes.reduce((all, outcome) => all + outcome[part], 0);
  const error = outcomes.find(({ failed }) => failed > 0)?.error;
  return { failed: sum('failed'), trimmed: sum('trimmed'), ...(error && { error }) };
}

function resultOf(outcomes: readonly Outcome[]): DeliveryResult {
  const { failed, trimmed, error } = joined(outcomes);
  return failed === 0
    ? { code: ExportResultCode.SUCCESS, failed, trimmed }
    : { code: ExportResultCode.FAILED, failed, trimmed, ...(error && { error }) };
}
