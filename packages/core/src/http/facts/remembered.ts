/** What is longer is worked out anew, in characters: what clients send must not fill the memory. */
const MAX_LENGTH = 256;
const MAX_ENTRIES = 128;

/** A pure function of a text that clients send, with the results for the last texts held. */
export function remembered<T>(work: (text: string | undefined) => T): (text: string | undefined) => T {
  const results = new Map<string | undefined, T>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) {
      return known;
    }
    const result = work(text);
    if (typeof text !== 'string' || text.length > MAX_LENGTH) {
      return result;
    }
    if (results.size >= MAX_ENTRIES) {
      // Whoever sends new texts all the time costs no more than without.
      results.clear();
    }
    results.set(text, result);
    return result;
  };
}
