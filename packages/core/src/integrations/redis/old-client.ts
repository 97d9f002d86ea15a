import { batchQuery } from '../../database/command-query.js';
import type { DatabaseFailure, DatabaseQuery, DatabaseServer } from '../../database/database-call.js';
import { DatabaseOperation } from '../../database/database-operation.js';
import { reportInternalError } from '../../diagnostics/report.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import type { Undo } from '../integration.js';
import { wrapMethod, type Method } from '../loading/wrapped-methods.js';
import { isChannelProbe } from './channel-probe.js';
import { commonName } from './command-name.js';
import { describeCommand } from './describe-command.js';
import { isHousekeeping } from './housekeeping.js';
import { oldCommandName } from './old-command-names.js';
import { batchFailure, redisFailure } from './redis-failure.js';
import { forgetDatabase, rememberDatabase, selectedDatabase } from './selected-database.js';
import { redisServer } from './server-address.js';

/** What is known of one call of a method. */
interface OldCall {
  readonly query: DatabaseQuery;
  /** Reads a failure from an answer that came in good order. */
  readonly failure?: (answer: unknown) => DatabaseFailure | undefined;
  /** The index of the database that the client is in afterwards, where that changes. */
  readonly selects?: unknown;
}

/** What a call of a method means; `undefined` when it is seen elsewhere. */
type Reader = (args: readonly unknown[]) => OldCall | undefined;

interface QueuedCommand {
  readonly args: readonly unknown[];
}

/**
 * Observes the clients of node-redis 4.1 to 5.11, which publish nothing, by the methods of their class that send
 * commands.
 *
 * @param prototype - of the class `RedisClient`
 */
export function observeOldClients(prototype: object, options: ResolvedDatabaseOptions): Undo {
  const undos = [
    ...Object.entries({ ...inherentReaders(options), ...commandReaders(prototype, options) }).map(([name, read]) =>
      wrapMethod(prototype, name, (original) => observed(original, read, options)),
    ),
    wrapMethod(prototype, 'reset', forgettingDatabase),
  ];
  return () => undos.forEach((undo) => undo());
}

function inherentReaders(options: ResolvedDatabaseOptions): Record<string, Reader> {
  const command = (name: unknown, args: readonly unknown[]): OldCall => ({ query: describeCommand(name, args, options) });
  return {
    sendCommand: ([words, callOptions]) => {
      // What was sent to a connection of its own comes by a second time.
      const isRepeated = (callOptions as { isolated?: unknown } | undefined)?.isolated === false;
      const isOurs = Array.isArray(words) && isChannelProbe({ command: words[0] });
      return Array.isArray(words) && !isRepeated && !isOurs && !isHousekeeping(words[0], words[1])
        ? { ...command(words[0], words.slice(1)), selects: isSelect(words[0]) ? words[1] : undefined }
        : undefined;
    },
    executeScript: ([script, args]) => command('EVALSHA', [(script as { SHA1?: unknown }).SHA1, ...listOf(args)]),
    executeFunction: ([name]) => command('FCALL', [name]),
    // Commands of modules; the others have methods that were made before this one could be replaced.
    commandsExecutor: ([definition, args]) => {
      const { transformArguments } = definition as { transformArguments: (...args: unknown[]) => unknown };
      const [name, ...rest] = listOf(transformArguments(...listOf(args)));
      return command(name, rest);
    },
    _executeMulti: ([commands, selects]) => ({ ...batch('MULTI', commands, batchFailure), selects }),
    _executePipeline: ([commands, selects]) => ({ ...batch('PIPELINE', commands, batchFailure), selects }),
    multiExecutor: ([commands, selects, chain]) => ({
      ...(chain === undefined
        ? batch('PIPELINE', commands, batchFailure)
        : batch('MULTI', commands, (answers) => batchFailure(listOf(answers)[2]))),
      selects,
    }),
  };

  function batch(kind: 'MULTI' | 'PIPELINE', queued: unknown, failure: OldCall['failure']): OldCall {
    const commands = listOf(queued) as readonly QueuedCommand[];
    const [first] = commands;
    if (kind === 'PIPELINE' && commands.length === 1 && first !== undefined) {
      return { ...command(first.args[0], first.args.slice(1)), failure };
    }
    const query = batchQuery({ kind, size: commands.length, command: commonName(commands.map(({ args }) => args[0])) });
    return { query, failure };
  }
}

/** Each command of node-redis 4 has methods of its own, the enumerable ones of the class. */
function commandReaders(prototype: object, options: ResolvedDatabaseOptions): Record<string, Reader> {
  if (!Object.hasOwn(prototype, 'commandsExecutor')) {
    // From 5 on all of them send their command by `sendCommand`.
    return {};
  }
  const names = Object.keys(prototype).filter((name) => name !== 'Multi' && !isHousekeepingMethod(name));
  return {
    ...Object.fromEntries(
      names.map((method) => {
        const name = oldCommandName(method, names);
        return [method, (args: readonly unknown[]) => ({ query: describeCommand(name, methodArguments(args), options) })];
      }),
    ),
    // It can have options in front.
    SELECT: ([first, second]) => ({
      query: describeCommand('SELECT', [], options),
      selects: typeof first === 'object' ? second : first,
    }),
  };
}

/** `clusterSlots` and `CLUSTER_SLOTS` send CLUSTER SLOTS. */
function isHousekeepingMethod(method: string): boolean {
  const [name, subcommand] = method.toUpperCase() === 'CLUSTERSLOTS' ? ['CLUSTER', 'SLOTS'] : method.split('_');
  return isHousekeeping(name, subcommand);
}

function isSelect(name: unknown): boolean {
  return typeof name === 'string' && name.toUpperCase() === 'SELECT';
}

function forgettingDatabase(original: Method): Method {
  return function reset(...args) {
    forgetDatabase(this);
    return original.apply(this, args);
  };
}

/** A method's first argument is its key; the others are made into words by the driver, in an order of its own. */
function methodArguments([first, ...others]: readonly unknown[]): unknown[] {
  return [typeof first === 'string' || Buffer.isBuffer(first) ? first : undefined, ...others.map(() => undefined)];
}

function observed(original: Method, read: Reader, options: ResolvedDatabaseOptions): Method {
  return function observedByOtelier(...args) {
    const begun = tryBegin(this, read, { args, options });
    if (begun === undefined) {
      return original.apply(this, args);
    }
    const { operation, failure, selects } = begun;
    try {
      const result = original.apply(this, args);
      if (!(result instanceof Promise)) {
        operation.end();
        return result;
      }
      // What is handed on rejects as well, so that a rejection which nobody handles stays one.
      return result.then(
        (answer: unknown) => {
          operation.end({ failure: failure?.(answer) });
          rememberDatabase(this, selects);
          return answer;
        },
        (error: unknown) => {
          operation.end({ failure: redisFailure(error) });
          throw error;
        },
      );
    } catch (error) {
      operation.end({ failure: redisFailure(error) });
      throw error;
    }
  };
}

function tryBegin(
  client: unknown,
  read: Reader,
  { args, options }: { readonly args: readonly unknown[]; readonly options: ResolvedDatabaseOptions },
): (OldCall & { readonly operation: DatabaseOperation }) | undefined {
  try {
    const call = read(args);
    return call && { ...call, operation: new DatabaseOperation({ query: call.query, server: serverOf(client) }, options) };
  } catch (error) {
    reportInternalError('observing a Redis command', error);
    return undefined;
  }
}

function serverOf(client: unknown): DatabaseServer {
  const { options } = client as { options?: { socket?: Record<string, unknown>; database?: unknown } };
  const { path, host = 'localhost', port = 6379 } = options?.socket ?? {};
  const database = selectedDatabase(client) ?? options?.database ?? 0;
  return redisServer(path === undefined ? { address: host, port, database } : { address: path, port: undefined, database });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
