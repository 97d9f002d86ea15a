const ESCAPES = /(?:%[\da-f]{2})+/gi;
const ESCAPE_LENGTH = 3;
const ASCII = 0x80;

/**
 * Decodes percent-encoded UTF-8. Bytes that are no UTF-8 become U+FFFD, and a percent sign that encodes nothing stays.
 * Never throws.
 *
 * Node's own function throws for such signs, which takes ten thousand times as long as the answer: a request with
 * thousands of them would hold the process.
 */
export function percentDecode(text: string): string {
  return text.includes('%') ? text.replace(ESCAPES, decodeBytes) : text;
}

function decodeBytes(escapes: string): string {
  if (escapes.length === ESCAPE_LENGTH) {
    const byte = Number.parseInt(escapes.slice(1), 16);
    if (byte < ASCII) {
      return String.fromCharCode(byte);
    }
  }
  return Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8');
}
