import type { DatabaseFailure } from '../../database/database-call.js';

/** The classes of errors that hold an answer of the server. */
const REPLY_ERRORS = new Set(['ReplyError', 'ErrorReply', 'SimpleError', 'BlobError']);

/** The word that an error answer begins with, such as `WRONGTYPE`. */
const PREFIX = /^([A-Z]{2,32})(?: |$)/;

/** Describes how a command failed, without its message, which can hold values. Never throws. */
export function redisFailure(error: unknown): DatabaseFailure | undefined {
  if (error === undefined || error === null) {
    return undefined;
  }
  const name = text(error, 'name');
  const className = text(read(error, 'constructor'), 'name');
  const code = text(error, 'code');
  const type = systemCode(code) ?? (name === 'Error' ? className : (name ?? className));
  const isReply = [name, className].some((candidate) => isReplyClass(candidate ?? ''));
  const [, prefix] = PREFIX.exec(text(error, 'message')?.slice(0, 64) ?? '') ?? [];
  return { statusCode: isReply && code === undefined ? prefix : undefined, type: type?.slice(0, 64) || '_OTHER' };
}

/**
 * How a batch failed whose answers have come: by its first answer that is an error. node-redis gives the answers as they
 * are, ioredis each as a pair of an error and an answer, in which those of a transaction are nested.
 */
export function batchFailure(answers: unknown): DatabaseFailure | undefined {
  if (!Array.isArray(answers)) {
    return undefined;
  }
  for (const answer of answers as readonly unknown[]) {
    const error = answer instanceof Error ? answer : Array.isArray(answer) ? (answer[0] as unknown) : undefined;
    if (error instanceof Error) {
      return redisFailure(error);
    }
  }
  return undefined;
}

/** A bundler can put a number behind a class's name, or leave one to three letters of it. */
function isReplyClass(name: string): boolean {
  return REPLY_ERRORS.has(name.replace(/\d+$/, '')) || (name.length > 0 && name.length <= 3);
}

/** The codes of Node's errors are words too. */
function systemCode(code: string | undefined): string | undefined {
  return code !== undefined && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : undefined;
}

function text(value: unknown, property: string): string | undefined {
  const found = read(value, property);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function read(value: unknown, property: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[property];
  } catch {
    // A getter that throws hides its value.
    return undefined;
  }
}
