/** Control characters, marks that change the direction of writing, other invisible ones, and halves of characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text as one line that a terminal can't take for commands, cut to a length. */
export function visibleText(text: string, maxLength: number): string {
  const shown = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return shown.replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Any value as one line: texts as they are, the rest as JSON. */
export function visibleValue(value: unknown, maxLength: number): string {
  if (typeof value === 'string') {
    return visibleText(value, maxLength);
  }
  try {
    return visibleText(JSON.stringify(value) ?? String(value), maxLength);
  } catch {
    // Cyclic, or a number too large for JSON.
    return typeof value === 'bigint' ? String(value) : '[unreadable]';
  }
}

/** A time for people: `0.42 ms`, `12.4 ms`, `1.50 s`, `2 min 5 s`. */
export function durationText(millis: number): string {
  if (millis < 1000) {
    return `${millis.toFixed(millis < 10 ? 2 : 1)} ms`;
  }
  const seconds = millis / 1000;
  return seconds < 60 ? `${seconds.toFixed(2)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
