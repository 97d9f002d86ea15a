import type { DatabaseFailure } from '../../database/database-call.js';

/** What a driver's error tells of a failure; `undefined` when there is none. Never throws. */
export function queryFailure(error: unknown): DatabaseFailure | undefined {
  if (error === undefined || error === null) {
    return undefined;
  }
  const [errno, code, name] = ['errno', 'code', 'name'].map((property) => read(error, property));
  return {
    // A server's error has a positive number, a system error a negative one and a name.
    statusCode: typeof errno === 'number' && errno > 0 ? String(errno) : undefined,
    type: [code, name].find((text) => typeof text === 'string' && text !== '') as string | undefined ?? 'Error',
  };
}

/** The error can be the application's own: a stream that it opened for LOCAL INFILE passes its errors on. */
function read(error: unknown, property: string): unknown {
  try {
    return (error as Record<string, unknown>)[property];
  } catch {
    return undefined;
  }
}
