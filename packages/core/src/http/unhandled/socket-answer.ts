import type { Socket } from 'node:net';
import { reportInternalError } from '../../diagnostics/report.js';
import { replaceOwnMethod, type AnyMethod } from '../../own-method.js';
import { MAX_HEAD_LENGTH, StatusLineReader } from './status-line.js';

/** Told once of the status that was written; `undefined` when what was written is no answer of HTTP/1. */
export interface AnswerListener {
  readonly answered: (status: number | undefined) => void;
  /** Lines to be added to the head of an answer, each with its line break. */
  readonly headersFor?: (status: number) => string;
}

/**
 * Watches what is written to a socket until that is an answer: the application writes it by hand, so it passes no
 * response that could be asked, and may come in any number of pieces.
 *
 * @returns a function that stops watching
 */
export function watchAnswer(socket: Socket, listener: AnswerListener): () => void {
  let isDone = false;
  const reader = new StatusLineReader();
  const look = (args: readonly unknown[], isLast: boolean): readonly unknown[] => {
    const line = isDone ? undefined : reader.read(beginning(args), isLast);
    if (line === undefined) {
      return args;
    }
    stop();
    const { status, end } = line;
    const lines = status === undefined || end === undefined ? '' : (listener.headersFor?.(status) ?? '');
    listener.answered(status);
    return lines === '' || end === undefined ? args : withLines(args, end, lines);
  };
  const wrap =
    (isLast: boolean) =>
    (original: AnyMethod): AnyMethod =>
      function write(...args) {
        return Reflect.apply(original, this, attempt(() => look(args, isLast), args));
      };
  const undos = [replaceOwnMethod(socket, 'write', wrap(false)), replaceOwnMethod(socket, 'end', wrap(true))];
  const stop = (): void => {
    isDone = true;
    undos.forEach((undo) => undo());
  };
  return stop;
}

/** Nothing that is written is lost because of us. */
function attempt(look: () => readonly unknown[], args: unknown[]): unknown[] {
  try {
    return [...look()];
  } catch (error) {
    reportInternalError('watching an answer', error);
    return args;
  }
}

/** The first characters of the chunk that `write` and `end` take, one for each byte; empty for none. */
function beginning([chunk, encoding]: readonly unknown[]): string {
  // One more tells that the head is too long.
  const length = MAX_HEAD_LENGTH + 1;
  return typeof chunk === 'string' && isText(encoding)
    ? chunk.slice(0, length)
    : bytesOf(chunk, encoding).subarray(0, length).toString('latin1');
}

/** Behind the first line, which is there even when the head is written in parts. */
function withLines([chunk, encoding, ...rest]: readonly unknown[], at: number, lines: string): readonly unknown[] {
  if (typeof chunk === 'string' && isText(encoding)) {
    return [chunk.slice(0, at) + lines + chunk.slice(at), encoding, ...rest];
  }
  const bytes = bytesOf(chunk, encoding);
  const parts = [bytes.subarray(0, at), Buffer.from(lines, 'latin1'), bytes.subarray(at)];
  return [Buffer.concat(parts), typeof encoding === 'string' ? undefined : encoding, ...rest];
}

function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (typeof chunk === 'string') {
    return Buffer.from(chunk, encoding as BufferEncoding);
  }
  return ArrayBuffer.isView(chunk) ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.alloc(0);
}

/** Whether a text is written as it stands; the other argument in this place is a callback. */
function isText(encoding: unknown): boolean {
  return typeof encoding !== 'string' || /^(utf-?8|latin1|binary|ascii)$/i.test(encoding);
}
