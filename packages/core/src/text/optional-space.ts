/**
 * Takes away the spaces and tabs around a part of a header, in linear time, as a regular expression would not.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3
 */
export function trimOptionalSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) {
    start += 1;
  }
  while (end > start && isSpace(text.charCodeAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
