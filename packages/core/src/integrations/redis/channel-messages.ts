/** What node-redis and ioredis say of a command or a batch on their channels. */
export interface RedisMessage {
  readonly command?: unknown;
  /** node-redis puts the command's name in front. */
  readonly args?: readonly unknown[];
  readonly database?: unknown;
  /** A host, or the path of a socket. */
  readonly serverAddress?: unknown;
  readonly serverPort?: unknown;
  /** `MULTI` or `PIPELINE`; also on a command that is part of one. */
  readonly batchMode?: unknown;
  readonly batchSize?: unknown;
  /** How it ended. */
  readonly error?: unknown;
  readonly result?: unknown;
}

/** How one driver uses its channels. */
export interface RedisChannels {
  /** What the channels' names begin with. */
  readonly prefix: 'node-redis' | 'ioredis';
  /** How many arguments stand in front of what the command was given. */
  readonly leadingArguments: 0 | 1;
  /** Whether a message is none of the application's, or is seen otherwise. */
  readonly ignores: (message: RedisMessage) => boolean;
}
