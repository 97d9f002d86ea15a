const ESCAPES = /(?:%[\da-f]{2})+/gi;

/**
 * Decodes percent-encoded UTF-8. Bytes that are no UTF-8 become U+FFFD, and a percent sign that encodes nothing stays.
 * Never throws.
 */
export function percentDecode(text: string): string {
  if (!text.includes('%')) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign or bytes that are no UTF-8: what can be decoded is.
    return text.replace(ESCAPES, decodeBytes);
  }
}

function decodeBytes(escapes: string): string {
  return Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8');
}
