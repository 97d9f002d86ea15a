import { isRecord } from '../diagnostics/validation.js';

/** Longer lines are not taken apart, in characters. */
const MAX_LINE = 1_048_576;

/** The object that a line of JSON shows; `undefined` for any other line, and for one that is too long. Never throws. */
export function parseLine(line: string): Record<string, unknown> | undefined {
  if (line.length > MAX_LINE) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    // A text: the application's format, hook or serializer makes no JSON.
    return undefined;
  }
}
