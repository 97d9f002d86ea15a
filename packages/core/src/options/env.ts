/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment as it is now. No other file reads `process.env`. */
export function readEnvironment(): Environment {
  return { ...process.env };
}

/**
 * What a worker thread of Otelier's own is told of the environment: Node reads there, and nowhere else, whether
 * certificates are checked.
 */
export function workerEnvironment(): Environment {
  const { NODE_TLS_REJECT_UNAUTHORIZED: checks } = process.env;
  return checks === undefined ? {} : { NODE_TLS_REJECT_UNAUTHORIZED: checks };
}

/**
 * Whether the process is one of Jest's, which takes `require` away at the end of a test file and fails the run for whoever
 * still calls it, while a set-up that nobody has shut down goes on listening to the drivers.
 */
export function isWithinJest(): boolean {
  return process.env['JEST_WORKER_ID'] !== undefined;
}
