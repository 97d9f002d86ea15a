import { MAX_TIMER_MILLIS } from '../../diagnostics/validation.js';

/** How the regular expressions of a variable are read. */
export interface PatternRules {
  /** @default false */
  readonly ignoreCase?: boolean;
  /**
   * Whether an expression must match the whole text rather than a part of it.
   *
   * @default false
   */
  readonly whole?: boolean;
}

/** A whole number of milliseconds from `min` on that a timer can wait for. */
export function parseMillis(text: string, min: 0 | 1): number | undefined {
  const millis = parseCount(text, min);
  return millis !== undefined && millis <= MAX_TIMER_MILLIS ? millis : undefined;
}

/** A whole number from `min` on. */
export function parseCount(text: string, min: number): number | undefined {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return count >= min && Number.isSafeInteger(count) ? count : undefined;
}

/** A number from 0 to 1. */
export function parseShare(text: string): number | undefined {
  const share = /^(\d+\.?\d*|\.\d+)(e-\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return share >= 0 && share <= 1 ? share : undefined;
}

/** The words of a comma list, in lower case. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
}

/** The expressions of a comma list; the comma of a quantifier such as `{1,3}` belongs to its expression. */
export function splitPatterns(text: string): string[] {
  return text
    .split(/,(?!\d*\})/)
    .map((source) => source.trim())
    .filter((source) => source !== '');
}

/** A regular expression; `undefined` for what is none. */
export function parsePattern(source: string, { ignoreCase = false, whole = false }: PatternRules): RegExp | undefined {
  try {
    const pattern = new RegExp(source, ignoreCase ? 'i' : '');
    return whole ? new RegExp(`^(?:${source})$`, pattern.flags) : pattern;
  } catch {
    // A SyntaxError; the caller reports the whole list.
    return undefined;
  }
}

/** `key=value` pairs, percent-decoded; `undefined` for a list of which a part is none. */
export function parsePairs(text: string): Record<string, string> | undefined {
  const pairs: (readonly [string, string])[] = [];
  for (const member of text.split(',').filter((part) => part.trim() !== '')) {
    const equals = member.indexOf('=');
    const key = member.slice(0, equals).trim();
    if (equals < 1 || key === '') {
      return undefined;
    }
    try {
      pairs.push([decodeURIComponent(key), decodeURIComponent(member.slice(equals + 1).trim())]);
    } catch {
      // A stray percent sign is the URIError; the caller reports the whole list.
      return undefined;
    }
  }
  return Object.fromEntries(pairs);
}
