/** The first line of an answer. */
export interface StatusLine {
  /** `undefined` when it is none of HTTP/1. */
  readonly status: number | undefined;
  /** Where it ends in the piece that was read last, behind its line break; `undefined` when it has none. */
  readonly end: number | undefined;
}

/** More characters than a status line and the interim heads before it have. */
export const MAX_HEAD_LENGTH = 16_384;

const START = 'HTTP/1.';
const LINE = /^HTTP\/1\.[01] (\d{3})/;
const LINE_BREAK = '\r\n';
const END_OF_HEAD = '\r\n\r\n';
const SWITCHING_PROTOCOLS = 101;
const NONE: StatusLine = { status: undefined, end: undefined };

/** Finds the status line of an answer that is written piece by piece, behind the interim answers (1xx) before it. */
export class StatusLineReader {
  /** What has been read since the last whole head of an interim answer. */
  private text = '';

  /**
   * Reads the next piece.
   *
   * @param isLast - whether nothing follows, so that half a line has to do
   * @returns `undefined` as long as the line is not whole
   */
  read(piece: string, isLast: boolean): StatusLine | undefined {
    const known = this.text.length;
    const all = this.text + piece;
    const isEnough = isLast || all.length > MAX_HEAD_LENGTH;
    let start = 0;
    for (;;) {
      this.text = all.slice(start);
      const status = statusOf(this.text);
      const lineBreak = this.text.indexOf(LINE_BREAK);
      if (lineBreak === -1) {
        const isPossible = this.text.startsWith(START) || START.startsWith(this.text);
        return this.text === '' || (isPossible && !isEnough) ? undefined : { ...NONE, status: isInterim(status) ? undefined : status };
      }
      if (!isInterim(status)) {
        return { status, end: start + lineBreak + LINE_BREAK.length - known };
      }
      const headEnd = this.text.indexOf(END_OF_HEAD);
      if (headEnd === -1) {
        return isEnough ? NONE : undefined;
      }
      start += headEnd + END_OF_HEAD.length;
    }
  }
}

function statusOf(text: string): number | undefined {
  const digits = LINE.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function isInterim(status: number | undefined): boolean {
  return status !== undefined && status < 200 && status !== SWITCHING_PROTOCOLS;
}
