/** What a message shows of a thrown value; one whose properties can't be read is an "unreadable error". Never throws. */
export function errorText(thrown: unknown, withStack = false): string {
  try {
    if (!(thrown instanceof Error)) {
      return String(thrown);
    }
    return (withStack ? thrown.stack : undefined) ?? `${thrown.name}: ${thrown.message}`;
  } catch {
    // A getter or a conversion of its own that throws.
    return 'unreadable error';
  }
}
