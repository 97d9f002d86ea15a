import type { PendingProblem } from '../diagnostics/report.js';
import type { Environment } from './env.js';

/** What the user is told of a variable that can't be used. */
export interface InvalidValue {
  /** Left out where it can be a secret. */
  readonly value: string | undefined;
  readonly allowed: string;
  readonly fallback: string;
}

/**
 * Reads variables as the specification says: an empty value counts as unset, a bad one is collected as a problem and
 * then counts as unset.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export class EnvReader {
  readonly problems: PendingProblem[] = [];

  constructor(private readonly env: Environment) {}

  /** The first of the names that is set to a non-empty value. */
  text(...names: string[]): string | undefined {
    return this.first(names)?.value;
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

  /** A number of milliseconds above 0. */
  millis(fallback: number, ...names: string[]): number | undefined {
    const found = this.first(names);
    if (found === undefined) {
      return undefined;
    }
    const millis = Number(found.value);
    if (Number.isFinite(millis) && millis > 0) {
      return millis;
    }
    this.invalid(found.name, {
      value: found.value,
      allowed: 'a number of milliseconds above 0',
      fallback: String(fallback),
    });
    return undefined;
  }

  /** One of a few words, in any case. */
  word<T extends string>(allowed: readonly T[], fallback: T, ...names: string[]): T | undefined {
    const found = this.first(names);
    if (found === undefined) {
      return undefined;
    }
    const word = allowed.find((candidate) => candidate === found.value.toLowerCase());
    if (word === undefined) {
      this.invalid(found.name, { value: found.value, allowed: allowed.join(', '), fallback });
    }
    return word;
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

  /** `key=value` pairs, percent-decoded; a malformed list is discarded whole. */
  pairs(name: string, options: { readonly secret: boolean }): Readonly<Record<string, string>> {
    const text = this.text(name);
    if (text === undefined) {
      return {};
    }
    const pairs = parsePairs(text);
    if (pairs === undefined) {
      this.invalid(name, {
        value: options.secret ? undefined : text,
        allowed: 'key=value,key=value, percent-encoded',
        fallback: 'an empty list',
      });
    }
    return pairs ?? {};
  }

  /** Records that a variable's value can't be used. */
  invalid(name: string, { value, allowed, fallback }: InvalidValue): void {
    const shown = value === undefined ? 'its value' : JSON.stringify(value.slice(0, 200));
    this.problems.push({
      code: 'OTELIER_ENV_INVALID',
      message: `${name}: ${shown} is not ${allowed}; using ${fallback}.`,
    });
  }

  private first(names: readonly string[]): { name: string; value: string } | undefined {
    for (const name of names) {
      const value = this.env[name]?.trim();
      if (value !== undefined && value !== '') {
        return { name, value };
      }
    }
    return undefined;
  }
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
}

function parsePairs(text: string): Record<string, string> | undefined {
  const pairs: Record<string, string> = {};
  for (const member of text.split(',').filter((part) => part.trim() !== '')) {
    const equals = member.indexOf('=');
    const key = member.slice(0, equals).trim();
    if (equals < 1 || key === '') {
      return undefined;
    }
    try {
      pairs[decodeURIComponent(key)] = decodeURIComponent(member.slice(equals + 1).trim());
    } catch {
      // A stray percent sign is the URIError; the caller reports the whole list.
      return undefined;
    }
  }
  return pairs;
}
