/** What is read of the application's objects, whose getters, conversions and proxies can throw. Never throws. */
export function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    // The record goes out without what they hide.
    return otherwise;
  }
}

/** Whether a value is an error, whatever it is. Never throws. */
export function isError(value: unknown): value is Error {
  return attempt(() => value instanceof Error, false);
}
