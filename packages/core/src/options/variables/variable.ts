/** What every variable says of itself in the documentation. */
interface Described {
  /** What it decides, as one sentence without a full stop. */
  readonly meaning: string;
  /** The variable that stands for this one where this is not set, or wrong. */
  readonly general?: string;
}

/** `true` or `false`. */
export interface FlagVariable extends Described {
  readonly kind: 'flag';
  readonly fallback: boolean;
}

/** A time in milliseconds. */
export interface MillisVariable extends Described {
  readonly kind: 'millis';
  readonly fallback: number;
  /**
   * What 0 stands for: no limit, as the specification has it for time-outs, or no time at all.
   *
   * @default 0 is not allowed
   */
  readonly zero?: 'no limit' | 'at once';
}

/** A whole number. */
export interface CountVariable extends Described {
  readonly kind: 'count';
  /** The smallest value that makes sense. */
  readonly min: number;
  /** `undefined` for no limit. */
  readonly fallback: number | undefined;
}

/** A number from 0 to 1. */
export interface ShareVariable extends Described {
  readonly kind: 'share';
  readonly fallback: number;
}

/** One of a few words. */
export interface WordVariable<V extends string = string> extends Described {
  readonly kind: 'word';
  readonly values: readonly V[];
  readonly fallback: V;
}

/** A comma list of a few words. */
export interface WordsVariable<V extends string = string> extends Described {
  readonly kind: 'words';
  readonly values: readonly V[];
  readonly fallback: readonly V[];
}

/** What has no fallback of its own, or one that the meaning says. */
export interface OtherVariable extends Described {
  readonly kind: 'text' | 'secret' | 'url' | 'file' | 'list' | 'pairs' | 'secret-pairs' | 'patterns';
  /** What stands for it in the documentation when it is not set. */
  readonly fallback: string;
}

/** How a variable is read, what stands for it when it is not set or wrong, and what the documentation says of it. */
export type Variable =
  | FlagVariable
  | MillisVariable
  | CountVariable
  | ShareVariable
  | WordVariable
  | WordsVariable
  | OtherVariable;
