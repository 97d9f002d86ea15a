import type { PendingProblem } from '../diagnostics/report.js';
import { MAX_TIMER_MILLIS } from '../diagnostics/validation.js';
import type { Environment } from './env.js';

/** What the user is told of a variable that can't be used. */
export interface InvalidValue {
  /** Left out where it can be a secret. */
  readonly value: string | undefined;
  readonly allowed: string;
  readonly fallback: string;
}

/** What makes a list of pairs one that can be used. */
export interface PairRules {
  /** Whether the list is never shown. */
  readonly secret: boolean;
  /**
   * Whether a list that is well formed makes sense.
   *
   * @default all are accepted
   */
  readonly accept?: (pairs: Readonly<Record<string, string>>) => boolean;
}

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

interface ValueRules<T> {
  readonly parse: (text: string) => T | undefined;
  readonly allowed: string;
  readonly fallback: string;
  readonly show?: (value: T) => string;
}

/**
 * Reads variables as the specification says: an empty value counts as unset, a bad one is collected as a problem and
 * then counts as unset.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export class EnvReader {
  readonly problems: PendingProblem[] = [];

  /** @param readFile - the content of a file; `undefined` when it can't be read */
  constructor(
    private readonly env: Environment,
    private readonly readFile: (path: string) => Buffer | undefined,
  ) {}

  /** The value, unless it is empty. */
  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** `true` and `false` in any case; every other value is false, with a problem. */
  flag(name: string): boolean | undefined {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined || value === 'true' || value === 'false') {
      return value === undefined ? undefined : value === 'true';
    }
    this.invalid(name, { value: this.text(name), allowed: 'true or false', fallback: 'false' });
    return false;
  }

  /** A whole number of milliseconds above 0, from the first of the names that holds one. */
  millis(fallback: number, ...names: string[]): number | undefined {
    const allowed = `a whole number of milliseconds from 1 to ${MAX_TIMER_MILLIS}`;
    return this.choose(names, { parse: parseMillis, allowed, fallback: String(fallback) });
  }

  /** A number from 0 to 1, from the first of the names that holds one. */
  share(fallback: number, ...names: string[]): number | undefined {
    return this.choose(names, { parse: parseShare, allowed: 'a number from 0 to 1', fallback: String(fallback) });
  }

  /** The content of a file, from the first of the names that names one which can be read. */
  file(...names: string[]): Buffer | undefined {
    const rules = { allowed: 'a file that can be read', fallback: 'none', show: () => 'the file of the general variable' };
    return this.choose(names, { parse: this.readFile, ...rules });
  }

  /** One of a few words, in any case, from the first of the names that holds one. */
  word<T extends string>(allowed: readonly T[], fallback: T, ...names: string[]): T | undefined {
    const parse = (text: string): T | undefined => allowed.find((candidate) => candidate === text.toLowerCase());
    return this.choose(names, { parse, allowed: allowed.join(', '), fallback });
  }

  /** A comma list of whatever words, in lower case; empty where it is not set. */
  list(name: string): readonly string[] {
    return splitList(this.text(name) ?? '');
  }

  /** A comma list of words; unknown ones are left out with a problem. */
  words<T extends string>(allowed: readonly T[], fallback: T, name: string): readonly T[] | undefined {
    const text = this.text(name);
    if (text === undefined) {
      return undefined;
    }
    const words = splitList(text);
    const known = words.filter((word): word is T => (allowed as readonly string[]).includes(word));
    if (known.length < words.length || known.length === 0) {
      this.invalid(name, {
        value: text,
        allowed: `a list of ${allowed.join(', ')}`,
        fallback: known.length > 0 ? known.join(',') : fallback,
      });
    }
    return known.length > 0 ? known : undefined;
  }

  /** A comma list of regular expressions; wrong ones are left out with a problem. */
  patterns(name: string, rules: PatternRules = {}): readonly RegExp[] {
    const sources = splitPatterns(this.text(name) ?? '');
    const patterns = sources.map((source) => parsePattern(source, rules));
    const wrong = sources.filter((_source, index) => patterns[index] === undefined);
    if (wrong.length > 0) {
      this.invalid(name, {
        value: wrong.join(','),
        allowed: 'a list of regular expressions',
        fallback: wrong.length < sources.length ? 'the others' : 'an empty list',
      });
    }
    return patterns.filter((pattern) => pattern !== undefined);
  }

  /** `key=value` pairs, percent-decoded; a malformed list, or one that is not accepted, is discarded whole. */
  pairs(name: string, { secret, accept = () => true }: PairRules): Readonly<Record<string, string>> {
    const text = this.text(name);
    const pairs = text === undefined ? {} : parsePairs(text);
    if (pairs !== undefined && accept(pairs)) {
      return pairs;
    }
    this.invalid(name, {
      value: secret ? undefined : text,
      allowed: 'key=value,key=value, percent-encoded',
      fallback: 'an empty list',
    });
    return {};
  }

  /** Records that a variable's value can't be used. */
  invalid(name: string, { value, allowed, fallback }: InvalidValue): void {
    const shown = value === undefined ? 'its value' : JSON.stringify(value.slice(0, 200));
    this.problems.push({
      code: 'OTELIER_ENV_INVALID',
      message: `${name}: ${shown} is not ${allowed}; using ${fallback}.`,
    });
  }

  private choose<T>(names: readonly string[], { parse, allowed, fallback, show = String }: ValueRules<T>): T | undefined {
    const refused: { readonly name: string; readonly value: string }[] = [];
    let chosen: T | undefined;
    for (const name of names) {
      const value = this.text(name);
      chosen = value === undefined ? undefined : parse(value);
      if (chosen !== undefined) {
        break;
      }
      if (value !== undefined) {
        refused.push({ name, value });
      }
    }
    const used = chosen === undefined ? fallback : show(chosen);
    refused.forEach(({ name, value }) => this.invalid(name, { value, allowed, fallback: used }));
    return chosen;
  }
}

function parseMillis(text: string): number | undefined {
  const millis = /^\d+$/.test(text) ? Number(text) : 0;
  return millis > 0 && millis <= MAX_TIMER_MILLIS ? millis : undefined;
}

function parseShare(text: string): number | undefined {
  const share = /^(\d+\.?\d*|\.\d+)(e-\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return share >= 0 && share <= 1 ? share : undefined;
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
}

/** The comma of a quantifier such as `{1,3}` belongs to its expression. */
function splitPatterns(text: string): string[] {
  return text
    .split(/,(?!\d*\})/)
    .map((source) => source.trim())
    .filter((source) => source !== '');
}

function parsePattern(source: string, { ignoreCase = false, whole = false }: PatternRules): RegExp | undefined {
  try {
    const pattern = new RegExp(source, ignoreCase ? 'i' : '');
    return whole ? new RegExp(`^(?:${source})$`, pattern.flags) : pattern;
  } catch {
    // A SyntaxError; the caller reports the whole list.
    return undefined;
  }
}

function parsePairs(text: string): Record<string, string> | undefined {
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
