import type { PendingProblem } from '../../diagnostics/report.js';
import { MAX_TIMER_MILLIS } from '../../diagnostics/validation.js';
import type { Environment } from '../env.js';
import { VARIABLES, type VariableName, type VariableOf, type WordOf } from './catalogue.js';
import {
  parseCount,
  parseMillis,
  parsePairs,
  parsePattern,
  parseShare,
  splitList,
  splitPatterns,
  type PatternRules,
} from './value-parsing.js';
import type { MillisVariable, Variable } from './variable.js';

/** What the user is told of a variable that can't be used. */
export interface InvalidValue {
  /** Left out where it can be a secret. */
  readonly value: string | undefined;
  readonly allowed: string;
  readonly fallback: string;
}

/** Which files a variable can name. */
export interface FileRules {
  readonly accept: (content: Buffer) => boolean;
  /** For the message: `a file that can be read`. */
  readonly allowed: string;
}

interface ValueRules<T> {
  readonly parse: (text: string) => T | undefined;
  readonly allowed: string;
  readonly fallback: string;
  readonly show?: (value: T) => string;
}

/**
 * Reads the variables of the catalogue as the specification says: an empty value counts as unset, a bad one is collected
 * as a problem and then counts as unset, and what is unset takes the general variable, then the fallback.
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
  text(name: VariableName): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** `true` and `false` in any case; every other value is false, with a problem. */
  flag(name: VariableOf<'flag'>): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value !== undefined && value !== 'true' && value !== 'false') {
      this.invalid(name, { value: this.text(name), allowed: 'true or false', fallback: 'false' });
    }
    return value === undefined ? VARIABLES[name].fallback : value === 'true';
  }

  /** A whole number of milliseconds; the longest that a timer can wait is no limit. */
  millis(name: VariableOf<'millis'>): number {
    const { fallback, zero }: MillisVariable = VARIABLES[name];
    const min = zero === undefined ? 1 : 0;
    const parse = (text: string): number | undefined => parseMillis(text, min);
    const allowed = `a whole number of milliseconds from ${min} to ${MAX_TIMER_MILLIS}`;
    const millis = this.choose(name, { parse, allowed, fallback: String(fallback) }) ?? fallback;
    return millis === 0 && zero === 'no limit' ? MAX_TIMER_MILLIS : millis;
  }

  /** A whole number. */
  count<N extends VariableOf<'count'>>(name: N): number | (typeof VARIABLES)[N]['fallback'] {
    const { fallback, min } = VARIABLES[name];
    const parse = (text: string): number | undefined => parseCount(text, min);
    const shown = fallback === undefined ? 'no limit' : String(fallback);
    return this.choose(name, { parse, allowed: `a whole number from ${min}`, fallback: shown }) ?? fallback;
  }

  /** A number from 0 to 1. */
  share(name: VariableOf<'share'>): number {
    const { fallback } = VARIABLES[name];
    return this.choose(name, { parse: parseShare, allowed: 'a number from 0 to 1', fallback: String(fallback) }) ?? fallback;
  }

  /** The content of a file; `undefined` where none is named that can be read and is accepted. */
  file(name: VariableOf<'file'>, { accept, allowed }: FileRules): Buffer | undefined {
    const parse = (path: string): Buffer | undefined => {
      const content = this.readFile(path);
      return content !== undefined && accept(content) ? content : undefined;
    };
    return this.choose(name, { parse, allowed, fallback: 'none', show: () => 'the file of the general variable' });
  }

  /** One of a few words, in any case. */
  word<N extends VariableOf<'word'>>(name: N): WordOf<N> {
    const { values, fallback } = VARIABLES[name] as { readonly values: readonly WordOf<N>[]; readonly fallback: WordOf<N> };
    const parse = (text: string): WordOf<N> | undefined => values.find((candidate) => candidate === text.toLowerCase());
    return this.choose(name, { parse, allowed: values.join(', '), fallback }) ?? fallback;
  }

  /** A comma list of a few words; unknown ones are left out with a problem. */
  words<N extends VariableOf<'words'>>(name: N): readonly WordOf<N>[] {
    const { values, fallback } = VARIABLES[name] as Readonly<Record<'values' | 'fallback', readonly WordOf<N>[]>>;
    const text = this.text(name);
    if (text === undefined) {
      return fallback;
    }
    const words = splitList(text);
    const known = values.filter((value) => words.includes(value));
    const used = known.length > 0 ? words.filter((word): word is WordOf<N> => known.some((value) => value === word)) : fallback;
    if (used.length < words.length || known.length === 0) {
      this.invalid(name, { value: text, allowed: `a list of ${values.join(', ')}`, fallback: used.join(',') });
    }
    return used;
  }

  /** A comma list of whatever words, in lower case; empty where it is not set. */
  list(name: VariableOf<'list'>): readonly string[] {
    return splitList(this.text(name) ?? '');
  }

  /** A comma list of regular expressions; wrong ones are left out with a problem. */
  patterns(name: VariableOf<'patterns'>, rules: PatternRules = {}): readonly RegExp[] {
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

  /**
   * `key=value` pairs, percent-decoded; a malformed list, or one that is not accepted, is discarded whole. Those of the
   * general variable are not among them.
   *
   * @param accept - whether a list that is well formed makes sense; by default all are accepted
   */
  pairs(
    name: VariableOf<'pairs' | 'secret-pairs'>,
    accept: (pairs: Readonly<Record<string, string>>) => boolean = () => true,
  ): Readonly<Record<string, string>> {
    const text = this.text(name);
    const pairs = text === undefined ? {} : parsePairs(text);
    if (pairs !== undefined && accept(pairs)) {
      return pairs;
    }
    this.invalid(name, {
      value: VARIABLES[name].kind === 'secret-pairs' ? undefined : text,
      allowed: 'key=value,key=value, percent-encoded',
      fallback: 'an empty list',
    });
    return {};
  }

  /** Records that a variable's value can't be used. */
  invalid(name: VariableName, { value, allowed, fallback }: InvalidValue): void {
    const shown = value === undefined ? 'its value' : JSON.stringify(value.slice(0, 200));
    this.problems.push({
      code: 'OTELIER_ENV_INVALID',
      message: `${name}: ${shown} is not ${allowed}; using ${fallback}.`,
    });
  }

  /** The value of a variable, or of its general one, that can be used. */
  private choose<T>(variable: VariableName, { parse, allowed, fallback, show = String }: ValueRules<T>): T | undefined {
    const refused: { readonly name: VariableName; readonly value: string }[] = [];
    let chosen: T | undefined;
    for (let name: VariableName | undefined = variable; name !== undefined && chosen === undefined; name = generalOf(name)) {
      const value = this.text(name);
      chosen = value === undefined ? undefined : parse(value);
      if (value !== undefined && chosen === undefined) {
        refused.push({ name, value });
      }
    }
    const used = chosen === undefined ? fallback : show(chosen);
    refused.forEach(({ name, value }) => this.invalid(name, { value, allowed, fallback: used }));
    return chosen;
  }
}

function generalOf(name: VariableName): VariableName | undefined {
  const { general }: Variable = VARIABLES[name];
  return general as VariableName | undefined;
}
