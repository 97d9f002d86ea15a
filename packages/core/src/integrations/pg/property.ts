/** Reads a property of anything; one that can't be read is `undefined`, and the driver is to meet it. Never throws. */
export function readProperty(value: unknown, property: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[property];
  } catch {
    return undefined;
  }
}
