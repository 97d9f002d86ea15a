import { keyRule } from './command-keys.js';

/** Arguments beyond are not looked at: a command can have a million of them. */
const MAX_ARGUMENTS = 64;
const MAX_KEY_LENGTH = 256;
const MAX_LENGTH = 2048;

const MASK = '?';
const MORE = '…';

/** What the command line takes for one word as it is. */
const PLAIN = /^[\x21\x23-\x26\x28-\x7e\u00a1-\u2027\u202a-\uffff]+$/;

/**
 * A command as it is typed at the Redis command line: its keys as they are, everything else as `?`. Never throws.
 *
 * @param name - in upper case
 * @param args - what follows the name
 */
export function commandText(name: string, args: readonly unknown[]): string {
  const texts = args.slice(0, MAX_ARGUMENTS).map(argumentText);
  const keys = new Set<number>();
  for (const { from, to, step = 1 } of keyRule(name)(texts, args.length)) {
    for (let index = from; index < Math.min(to, texts.length); index += step) {
      keys.add(index);
    }
  }
  let text = name;
  for (const [index, argument] of texts.entries()) {
    const next = keys.has(index) ? quoted(argument) : MASK;
    if (text.length + next.length > MAX_LENGTH) {
      return `${text} ${MORE}`;
    }
    text += ` ${next}`;
  }
  return args.length > MAX_ARGUMENTS ? `${text} ${MORE}` : text;
}

/** Only what a driver sends as it is can be a key. */
function argumentText(argument: unknown): string {
  if (typeof argument === 'string') {
    return argument.slice(0, MAX_KEY_LENGTH + 1);
  }
  if (Buffer.isBuffer(argument)) {
    return argument.toString('utf8', 0, MAX_KEY_LENGTH + 1);
  }
  return typeof argument === 'number' ? String(argument) : MASK;
}

function quoted(text: string): string {
  const key = text.length > MAX_KEY_LENGTH ? text.slice(0, MAX_KEY_LENGTH) + MORE : text;
  return PLAIN.test(key) ? key : JSON.stringify(key);
}
