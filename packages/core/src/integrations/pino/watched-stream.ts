import { withoutRecords } from '../../logs/log-work.js';
import { attempt } from '../../logs/attempt.js';
import { replaceOwnMethod } from '../../own-method.js';

/**
 * Watches what the stream of a logger is given next, which pino does at once: it tells of lines, and not of what a hook
 * makes of them. What the stream prints by `console` meanwhile is no line of its own.
 *
 * @param take - is given what is written, before the stream is
 * @returns whether the stream can be watched
 */
export function watchNextWrite(stream: unknown, take: (written: unknown) => void): boolean {
  // A frozen one can't be.
  return attempt(() => {
    if (typeof stream !== 'object' || stream === null || typeof Reflect.get(stream, 'write') !== 'function') {
      return false;
    }
    const undo = replaceOwnMethod(stream, 'write', (original) => {
      return function write(...args) {
        undo();
        take(args[0]);
        return withoutRecords(() => original.apply(this, args));
      };
    });
    return true;
  }, false);
}
