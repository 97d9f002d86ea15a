/** A database server that is ready for connections. */
export interface DatabaseServer {
  /** URL of the administrator's database, with user and password. */
  readonly url: string;
  /** Which server it is, where it came from, and which earlier source failed to start, for people. */
  readonly origin: string;
  /** Stops the server and removes its files; a server that was given by URL is left alone. */
  stop(): Promise<void>;
}

/** One way to come by a server. */
export interface ServerSource {
  readonly name: string;
  /**
   * Starts the server.
   * @returns the server, or the reason why there is none from here.
   * @throws Error when it is there and does not start.
   */
  start(): Promise<DatabaseServer | string>;
}

/** No source gave a server; the message holds every source's reason. */
export class NoServerError extends Error {}

/**
 * Starts a server from the first source that gives one.
 * @throws NoServerError when none does.
 */
export async function startFromFirst(product: string, sources: readonly ServerSource[]): Promise<DatabaseServer> {
  const reasons: string[] = [];
  const failures: string[] = [];
  for (const source of sources) {
    try {
      const outcome = await source.start();
      if (typeof outcome !== 'string') {
        return { ...outcome, origin: [outcome.origin, ...failures].join('; ') };
      }
      reasons.push(`${source.name}: ${outcome}`);
    } catch (error) {
      const failure = `${source.name} failed: ${error instanceof Error ? error.message : String(error)}`;
      failures.push(failure);
      reasons.push(failure);
    }
  }
  throw new NoServerError(`no ${product} server: ${reasons.join('; ')}`);
}
