/**
 * Parses a URL. Never throws.
 *
 * `URL.canParse()` of Node 20 and 22 comes to say no to names like `münchen`, once it has been called often.
 *
 * @returns `undefined` for a text that is none
 */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    // No URL: that is the answer.
    return undefined;
  }
}
