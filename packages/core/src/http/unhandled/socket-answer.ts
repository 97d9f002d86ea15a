import type { Socket } from 'node:net';
import { reportInternalError } from '../../diagnostics/report.js';
import { replaceOwnMethod, type AnyMethod } from '../own-method.js';

/** Told once of the status that was written; `undefined` when what was written is no answer of HTTP/1. */
export interface AnswerListener {
  readonly answered: (status: number | undefined) => void;
  /** Lines to be added to the head of an answer, each with its line break. */
  readonly headersFor?: (status: number) => string;
}

const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;
const LINE_BREAK = '\r\n';
const SWITCHING_PROTOCOLS = 101;
/** More characters than a status line has. */
const MAX_LINE_LENGTH = 512;

/**
 * Watches what is written to a socket until that is an answer: the application writes it by hand, so it passes no
 * response that could be asked.
 *
 * @returns a function that stops watching
 */
export function watchAnswer(socket: Socket, listener: AnswerListener): () => void {
  let isDone = false;
  const look = (args: readonly unknown[]): readonly unknown[] => {
    const head = isDone ? '' : beginning(args);
    if (head === '') {
      return args;
    }
    const line = STATUS_LINE.exec(head)?.[1];
    const status = line === undefined ? undefined : Number(line);
    if (status !== undefined && status < 200 && status !== SWITCHING_PROTOCOLS) {
      return args;
    }
    stop();
    const lineEnd = head.indexOf(LINE_BREAK);
    const lines = status === undefined || lineEnd === -1 ? '' : (listener.headersFor?.(status) ?? '');
    listener.answered(status);
    return lines === '' ? args : withLines(args, lineEnd + LINE_BREAK.length, lines);
  };
  const wrap = (original: AnyMethod): AnyMethod =>
    function write(...args) {
      return Reflect.apply(original, this, attempt(look, args));
    };
  const undos = [replaceOwnMethod(socket, 'write', wrap), replaceOwnMethod(socket, 'end', wrap)];
  const stop = (): void => {
    isDone = true;
    undos.forEach((undo) => undo());
  };
  return stop;
}

/** Nothing that is written is lost because of us. */
function attempt(look: (args: readonly unknown[]) => readonly unknown[], args: unknown[]): unknown[] {
  try {
    return [...look(args)];
  } catch (error) {
    reportInternalError('watching an answer', error);
    return args;
  }
}

/** The first characters of the chunk that `write` and `end` take, one for each byte; empty for none. */
function beginning([chunk, encoding]: readonly unknown[]): string {
  if (typeof chunk === 'string' && isText(encoding)) {
    return chunk.slice(0, MAX_LINE_LENGTH);
  }
  return bytesOf(chunk, encoding).subarray(0, MAX_LINE_LENGTH).toString('latin1');
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
