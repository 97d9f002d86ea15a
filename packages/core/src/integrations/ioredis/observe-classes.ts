import { tracingChannel } from 'node:diagnostics_channel';
import { batchQuery } from '../../database/command-query.js';
import type { DatabaseOutcome, DatabaseQuery } from '../../database/database-call.js';
import { DatabaseOperation } from '../../database/database-operation.js';
import { guarded } from '../../diagnostics/guarded.js';
import { objectNotes } from '../../given-object.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import type { Undo } from '../integration.js';
import { wrapMethod, type Method } from '../loading/wrapped-methods.js';
import { commandName } from '../redis/command-name.js';
import { describeCommand } from '../redis/describe-command.js';
import { batchFailure } from '../redis/redis-failure.js';
import { AutomaticPipelines, isAutomatic } from './automatic-pipelines.js';
import { isCommand, serverOf, type IoredisClient, type IoredisCommand, type IoredisPipeline } from './driver-objects.js';
import { OwnCommands } from './own-commands.js';
import { PipelineTallies, type PipelineTally } from './pipeline-tally.js';
import { endWhenSettled } from './settlement.js';

/** The prototypes of one copy's classes. */
export interface IoredisPrototypes {
  readonly redis: object;
  /** Missing where the copy has none. */
  readonly cluster: object | undefined;
  readonly pipeline: object;
}

/** Observes one copy of ioredis by the methods that every command and every pipeline passes. */
export class IoredisObserver {
  /** Commands that have an operation, or are part of one. */
  private readonly seen = objectNotes<object, true>();
  private readonly tallies = new PipelineTallies();
  private readonly automatic = new AutomaticPipelines();
  private readonly ownCommands = new OwnCommands();
  private readonly transactions = { sending: 0 };

  constructor(private readonly options: ResolvedDatabaseOptions) {}

  /** Whether a transaction is just being sent, of which the channel tells as well. */
  get isSendingTransaction(): boolean {
    return this.transactions.sending > 0;
  }

  /** Puts the observed methods in place. */
  observe({ redis, cluster, pipeline }: IoredisPrototypes): Undo {
    const clients = [redis, ...(cluster === undefined ? [] : [cluster])];
    const undos = [
      this.ownCommands.observe(redis),
      ...clients.map((client) => wrapMethod(client, 'sendCommand', before(this.beginCommand))),
      ...clients.map((client) => wrapMethod(client, 'multi', (original) => transactionMaker(original, this.transactions))),
      wrapMethod(pipeline, 'sendCommand', before(this.countCommand)),
      wrapMethod(pipeline, 'exec', before(this.beginPipeline)),
    ];
    return () => undos.forEach((undo) => undo());
  }

  private readonly beginCommand = guarded('observing a Redis command', (client: unknown, command: unknown) => {
    if (!isCommand(command) || this.seen.get(command) === true) {
      return;
    }
    this.seen.set(command, true);
    keepUnpublished(command);
    if (command.pipelineIndex === undefined && !this.ownCommands.includes(client as IoredisClient, command)) {
      endWhenSettled(command, this.beginOperation(client as IoredisClient, command));
    }
  });

  private readonly countCommand = guarded('observing a Redis pipeline', (pipeline: unknown, command: unknown) => {
    if (isCommand(command) && this.seen.get(command) === undefined && command.ignore !== true) {
      if (isAutomatic(pipeline as object)) {
        this.seen.set(command, true);
        keepUnpublished(command);
        const operation = this.beginOperation((pipeline as IoredisPipeline).redis, command);
        this.automatic.add(pipeline as IoredisPipeline, operation);
      } else {
        this.tallies.add(pipeline as IoredisPipeline, command);
      }
    }
  });

  /** What runs first is the end of a transaction within; what runs again is a retry. */
  private readonly beginPipeline = guarded('observing a Redis pipeline', (self: unknown) => {
    const pipeline = self as IoredisPipeline;
    const tally = this.tallies.of(pipeline);
    if (tally.size === 0 || tally.isTransactionOpen || this.seen.get(pipeline) === true) {
      return;
    }
    this.seen.set(pipeline, true);
    const operation = new DatabaseOperation({ query: this.pipelineQuery(tally), server: serverOf(pipeline.redis) }, this.options);
    endWhenSettled(pipeline, operation, (results) => pipelineOutcome(results, tally));
  });

  private beginOperation(client: IoredisClient, command: IoredisCommand): DatabaseOperation {
    const query = describeCommand(command.name, command.args, this.options);
    return new DatabaseOperation({ query, server: serverOf(client) }, this.options);
  }

  private pipelineQuery({ size, first, commonName, isTransaction }: PipelineTally): DatabaseQuery {
    if (size === 1 && !isTransaction && first !== undefined) {
      return describeCommand(first.name, first.args, this.options);
    }
    const command = commonName === undefined ? undefined : commandName(commonName);
    return batchQuery({ kind: isTransaction ? 'MULTI' : 'PIPELINE', size, command });
  }
}

/** A transaction has an `exec` of its own, which publishes it. */
function transactionMaker(original: Method, transactions: { sending: number }): Method {
  return function multiObserved(...args) {
    const pipeline = original.apply(this, args) as { exec?: Method } | undefined;
    const exec = pipeline?.exec;
    if (pipeline !== undefined && typeof exec === 'function' && Object.hasOwn(pipeline, 'exec')) {
      const observed: Method = function (...execArgs) {
        transactions.sending += 1;
        try {
          return withRejection(exec.apply(this, execArgs), execArgs[0]);
        } finally {
          transactions.sending -= 1;
        }
      };
      pipeline.exec = Object.defineProperties(observed, { name: { value: exec.name }, length: { value: exec.length } });
    }
    return pipeline;
  };
}

function before(observe: (self: unknown, first: unknown) => void): (original: Method) => Method {
  return (original) =>
    function observed(...args) {
      observe(this, args[0]);
      return original.apply(this, args);
    };
}

/**
 * The driver would publish the command when it is written, in whatever context that happens, and would swallow a
 * rejection that nobody handles.
 */
function keepUnpublished(command: IoredisCommand): void {
  if (command.isTraced === false) {
    command.isTraced = true;
  }
}

/** A published promise has been handled by the driver, so that a rejection which nobody else handles would be lost. */
function withRejection(result: unknown, callback: unknown): unknown {
  const isPublished = result instanceof Promise && tracingChannel('ioredis:batch').hasSubscribers;
  return isPublished && typeof callback !== 'function' ? result.then((value: unknown) => value) : result;
}

function pipelineOutcome(results: unknown, { isTransaction }: PipelineTally): DatabaseOutcome {
  const last: unknown = isTransaction && Array.isArray(results) ? results.at(-1) : undefined;
  const failure = batchFailure(results) ?? batchFailure(Array.isArray(last) ? last[1] : undefined);
  return { failure };
}
