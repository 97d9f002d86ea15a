import { isDigit, isSpace, isWordPart, isWordStart } from './character-class.js';
import {
  blockCommentEnd,
  digitsEnd,
  dollarQuoteEnd,
  lineCommentEnd,
  numberEnd,
  opensDashComment,
  quotedNameEnd,
  stringExtent,
  variableEnd,
  wordEnd,
} from './extent.js';
import { mysqlPrefix, postgresPrefix } from './string-prefix.js';
import type { ReadingOptions, Token, TokenKind } from './token.js';

const LONGEST_KEYWORD = 'NO_WRITE_TO_BINLOG'.length;

/**
 * Reads SQL token by token, once and forward.
 * Comments are skipped. A token that is not closed, or whose end depends on whether the server reads a comment as
 * code (`/*!`, `/*+`), becomes one literal that reaches to the end of the text.
 */
export class Tokenizer implements Token {
  kind: TokenKind = 'symbol';
  start = 0;
  end = 0;
  gap = false;
  inHint = false;
  /** Start of the first string whose end depends on how the server reads a backslash; -1 when there is none. */
  ambiguousAt = -1;
  /** False once the text could not be SQL in this reading of its backslashes. */
  plausible = true;
  /** Whether a comment or a hint was met, closed or not. */
  commented = false;

  private readonly text: string;
  private readonly options: ReadingOptions;
  private readonly mysql: boolean;
  private inCode = false;
  private continuesEscapes = false;
  private sourceText: string | undefined;
  private upperText: string | undefined;

  constructor(text: string, options: ReadingOptions) {
    this.text = text;
    this.options = options;
    this.mysql = options.dialect === 'mysql';
  }

  /** Moves to the next token; false at the end of the text. */
  next(): boolean {
    this.gap = false;
    this.start = this.end;
    this.sourceText = undefined;
    this.upperText = undefined;
    if (!this.skipGap()) {
      return true;
    }
    if (this.start >= this.text.length) {
      return false;
    }
    const escapes = this.continuesEscapes && this.gap;
    this.continuesEscapes = false;
    const code = this.text.charCodeAt(this.start);
    if (isWordStart(code) || (this.mysql && code === 0x24)) {
      this.readWord();
    } else if (isDigit(code) || (code === 0x2e && isDigit(this.text.charCodeAt(this.start + 1)))) {
      this.finish('literal', numberEnd(this.text, this.start));
    } else {
      this.readSymbol(code, escapes);
    }
    return true;
  }

  source(): string {
    this.sourceText ??= this.text.slice(this.start, this.end);
    return this.sourceText;
  }

  upper(): string {
    this.upperText ??= this.end - this.start > LONGEST_KEYWORD ? this.source() : this.source().toUpperCase();
    return this.upperText;
  }

  /** Skips white space and comments; false when an unclosed comment became the token. */
  private skipGap(): boolean {
    for (; this.start < this.text.length; this.gap = true) {
      const code = this.text.charCodeAt(this.start);
      if (isSpace(code)) {
        this.start += 1;
        continue;
      }
      const end = this.commentEnd(code);
      if (end === undefined) {
        return true;
      }
      this.commented = true;
      if (end === -1) {
        this.finish('literal', -1);
        return false;
      }
      this.start = end;
    }
    return true;
  }

  private commentEnd(code: number): number | undefined {
    const { text, start, mysql } = this;
    if ((code === 0x2d && opensDashComment(text, start, mysql)) || (code === 0x23 && mysql)) {
      const end = lineCommentEnd(text, start, !mysql);
      return this.hidesCommentBorder(start, end) ? -1 : end;
    }
    if (code !== 0x2f || text.charCodeAt(start + 1) !== 0x2a) {
      return undefined;
    }
    if (this.inHint || this.inCode) {
      return -1;
    }
    return this.specialComment() === undefined ? blockCommentEnd(text, start, !mysql) : undefined;
  }

  private specialComment(): 'open-hint' | 'open-code' | undefined {
    const mark = this.text.charCodeAt(this.start + 2);
    if (mark === 0x2b) {
      return 'open-hint';
    }
    if (!this.mysql) {
      return undefined;
    }
    return mark === 0x21 || this.text.startsWith('M!', this.start + 2) ? 'open-code' : undefined;
  }

  private readSymbol(code: number, escapes: boolean): void {
    const { text, start, mysql } = this;
    const next = text.charCodeAt(start + 1);
    if (code === 0x27 || (code === 0x22 && mysql)) {
      this.readString(start, escapes);
    } else if (code === 0x22 || (code === 0x60 && mysql)) {
      this.finish('quoted', quotedNameEnd(text, start));
    } else if (code === 0x2f && next === 0x2a) {
      this.openComment();
    } else if (code === 0x2a && next === 0x2f && (this.inHint || this.inCode)) {
      this.closeComment();
    } else if (code === 0x24) {
      this.readDollar(next);
    } else if (code === 0x3f) {
      this.finish('placeholder', start + 1);
    } else if (code === 0x3a && isWordStart(next) && text.charCodeAt(start - 1) !== 0x3a) {
      this.finish('placeholder', wordEnd(text, start + 1));
    } else if (code === 0x40 && mysql) {
      this.readVariable();
    } else {
      if (code === 0x5c) {
        this.plausible = false;
      }
      this.finish('symbol', start + 1);
    }
  }

  private readWord(): void {
    const { text, start, mysql } = this;
    const end = wordEnd(text, start);
    const prefix = mysql ? mysqlPrefix(text, start, end) : postgresPrefix(text, start, end);
    if (prefix === undefined) {
      const next = text.charCodeAt(end);
      if (next === 0x27 || (next === 0x22 && mysql)) {
        this.plausible = false;
      }
      this.finish('word', end);
    } else if (prefix.kind === 'name') {
      this.finish('quoted', quotedNameEnd(text, prefix.quoteAt));
    } else {
      this.readString(prefix.quoteAt, prefix.kind === 'escaping');
    }
  }

  private readString(quoteAt: number, escaping: boolean): void {
    const { end, ambiguous } = stringExtent(this.text, quoteAt, escaping || this.options.backslashEscapes);
    if (ambiguous && !escaping && this.ambiguousAt === -1) {
      this.ambiguousAt = this.start;
    }
    if (end !== -1 && isWordPart(this.text.charCodeAt(end))) {
      this.plausible = false;
    }
    this.continuesEscapes = escaping;
    this.finish('literal', end);
  }

  private readDollar(next: number): void {
    const { text, start } = this;
    if (isDigit(next)) {
      this.finish('placeholder', digitsEnd(text, start + 1));
      return;
    }
    const quoted = dollarQuoteEnd(text, start);
    if (quoted === undefined) {
      this.finish('symbol', start + 1);
    } else {
      this.finish('literal', quoted);
    }
  }

  private readVariable(): void {
    const end = variableEnd(this.text, this.start);
    this.finish(end === undefined ? 'symbol' : 'placeholder', end ?? this.start + 1);
  }

  private openComment(): void {
    this.commented = true;
    const kind = this.specialComment() ?? 'open-hint';
    this.inHint = kind === 'open-hint';
    this.inCode = !this.inHint;
    const closed = this.text.indexOf('*/', this.start + 3) !== -1;
    const marked = this.start + (this.text.charCodeAt(this.start + 2) === 0x4d ? 4 : 3);
    if (closed) {
      this.finish(kind, this.inCode ? digitsEnd(this.text, marked) : marked);
    } else {
      this.finish('literal', -1);
    }
  }

  private closeComment(): void {
    this.finish('close-comment', this.start + 2);
    this.inHint = false;
    this.inCode = false;
  }

  /** Sets the token; an end of -1, or a hidden comment border, makes it a literal that reaches to the end of the text. */
  private finish(kind: TokenKind, end: number): void {
    const open = end === -1 || ((kind === 'literal' || kind === 'quoted') && this.hidesCommentBorder(this.start, end));
    this.kind = open ? 'literal' : kind;
    this.end = open ? this.text.length : end;
    if (end === -1 && !this.options.cut) {
      this.plausible = false;
    }
  }

  /** Inside a comment that is read as code, a token that holds a comment border is read differently by each server. */
  private hidesCommentBorder(from: number, to: number): boolean {
    if (!this.inHint && !this.inCode) {
      return false;
    }
    const token = this.text.slice(from, to);
    return token.includes('*/') || token.includes('/*');
  }
}
