import { MAX_TIMER_MILLIS } from '../../diagnostics/validation.js';
import type { FileValue } from './file-section.js';

/** `true` or `false`. */
export const FLAG: FileValue<boolean> = {
  parse: (content) => (typeof content === 'boolean' ? content : undefined),
  allowed: 'true or false',
};

/** A text that is not empty. */
export const TEXT: FileValue<string> = {
  parse: (_content, { text = '' }) => (text.trim() === '' ? undefined : text.trim()),
  allowed: 'a text that is not empty',
};

/** A number from 0 to 1. */
export const SHARE: FileValue<number> = {
  parse: (content) => (typeof content === 'number' && content >= 0 && content <= 1 ? content : undefined),
  allowed: 'a number from 0 to 1',
};

/** A time in milliseconds, for which 0 is no limit. */
export const TIMEOUT: FileValue<number> = {
  parse: (content) => {
    const millis = wholeNumber(content, 0);
    return millis === undefined || millis > MAX_TIMER_MILLIS ? undefined : millis;
  },
  allowed: `a whole number of milliseconds from 0 to ${MAX_TIMER_MILLIS}`,
};

/** A time in milliseconds after which something is done again. */
export const INTERVAL: FileValue<number> = {
  parse: (content, node) => (content === 0 ? undefined : TIMEOUT.parse(content, node)),
  allowed: `a whole number of milliseconds from 1 to ${MAX_TIMER_MILLIS}`,
};

/** A whole number. */
export function count(min: number): FileValue<number> {
  return { parse: (content) => wholeNumber(content, min), allowed: `a whole number from ${min}` };
}

/** One of a few words. */
export function word<W extends string>(words: readonly W[]): FileValue<W> {
  return { parse: (content) => words.find((candidate) => candidate === content), allowed: words.join(', ') };
}

/** A value that can be a secret: messages don't show it. */
export function hidden<T>(value: FileValue<T>): FileValue<T> {
  return { ...value, show: () => undefined };
}

function wholeNumber(content: unknown, min: number): number | undefined {
  return typeof content === 'number' && Number.isSafeInteger(content) && content >= min ? content : undefined;
}
