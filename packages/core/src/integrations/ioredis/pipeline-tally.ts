import type { IoredisCommand, IoredisPipeline } from './driver-objects.js';

/** What has been put into a pipeline so far. */
export interface PipelineTally {
  /** How many commands the application has put in: MULTI and EXEC are none of them. */
  size: number;
  readonly first: IoredisCommand | undefined;
  /** The name that all of them have; `undefined` when there are several. */
  readonly commonName: unknown;
  /** Whether all of it is one transaction. */
  readonly isTransaction: boolean;
  /** Whether a transaction has been begun in it that has no end yet. */
  readonly isTransactionOpen: boolean;
}

/** Counts the commands of pipelines. */
export class PipelineTallies {
  private readonly tallies = new WeakMap<IoredisPipeline, MutableTally>();

  of(pipeline: IoredisPipeline): PipelineTally {
    const known = this.tallies.get(pipeline) ?? new MutableTally();
    this.tallies.set(pipeline, known);
    return known;
  }

  add(pipeline: IoredisPipeline, command: IoredisCommand): void {
    (this.of(pipeline) as MutableTally).add(command);
  }
}

class MutableTally implements PipelineTally {
  size = 0;
  first: IoredisCommand | undefined;
  commonName: unknown;
  private openTransactions = 0;
  private transactions = 0;
  private outside = 0;

  get isTransaction(): boolean {
    return this.transactions === 1 && this.outside === 0;
  }

  get isTransactionOpen(): boolean {
    return this.openTransactions > 0;
  }

  add(command: IoredisCommand): void {
    if (command.name === 'multi') {
      this.openTransactions += 1;
      this.transactions += 1;
      return;
    }
    if (command.name === 'exec' && this.openTransactions > 0) {
      this.openTransactions -= 1;
      return;
    }
    this.outside += this.openTransactions > 0 ? 0 : 1;
    this.commonName = this.size === 0 || this.commonName === command.name ? command.name : undefined;
    this.first ??= command;
    this.size += 1;
  }
}
