/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment as it is now. No other file reads `process.env`. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
