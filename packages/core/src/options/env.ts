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
