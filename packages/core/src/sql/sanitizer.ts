import { onOneLine } from './character-class.js';
import { LiteralLists } from './literal-lists.js';
import { SettingValues } from './setting-values.js';
import type { SqlDialect, Token } from './token.js';

/** The longest sanitised text, in characters. */
const MAX_SANITIZED_LENGTH = 4096;

/** Keywords after which a sign belongs to the number that follows it. */
const BEFORE_OPERAND = new Set(
  (
    'ALL AND ANY AS BETWEEN BY CASE DEFAULT DISTINCT DIV ELSE FROM HAVING IN INTERVAL IS LIKE LIMIT MOD NOT OFFSET ON ' +
    'OR RETURN RETURNING SELECT SET THEN TO VALUES WHEN WHERE WITH XOR'
  ).split(' '),
);

/** A MySQL character set introducer, such as `_utf8mb4`, when a string follows. */
const INTRODUCER = /^_[a-z0-9]+$/i;

/** What the token written last means for the next one. */
type Last = 'start' | 'operand' | 'operator' | 'sign' | 'introducer' | 'literal' | 'border';

/** Writes a statement again with `?` in the place of every literal, without comments, on one line. */
export class Sanitizer {
  private readonly output: string[] = [];
  private readonly lists = new LiteralLists(this.output);
  private readonly dialect: SqlDialect;
  private readonly settings: SettingValues;
  private last: Last = 'start';
  private afterIn = false;

  constructor(dialect: SqlDialect) {
    this.dialect = dialect;
    this.settings = new SettingValues(dialect);
  }

  /** Takes the next token. */
  accept(token: Token): void {
    const { afterIn } = this;
    this.afterIn = false;
    if (this.settings.hides(token)) {
      this.writeValue(token.gap);
      return;
    }
    switch (token.kind) {
      case 'literal':
        this.writeLiteral(token.gap);
        break;
      case 'word':
        this.writeWord(token);
        break;
      case 'quoted':
      case 'placeholder':
        this.lists.other();
        this.write(token.gap, token.source());
        this.last = 'operand';
        break;
      case 'symbol':
        this.writeSymbol(token, afterIn);
        break;
      default:
        this.writeBorder(token);
    }
  }

  /** The sanitised text so far, cut to `MAX_SANITIZED_LENGTH`; `cut` marks that the source goes on. */
  finish(cut: boolean): string {
    const text = onOneLine(this.output.join('')) + (cut ? '…' : '');
    if (text.length <= MAX_SANITIZED_LENGTH) {
      return text;
    }
    const lastUnit = text.charCodeAt(MAX_SANITIZED_LENGTH - 2);
    const splitsPair = lastUnit >= 0xd800 && lastUnit <= 0xdbff;
    return `${text.slice(0, MAX_SANITIZED_LENGTH - (splitsPair ? 2 : 1))}…`;
  }

  private write(gap: boolean, piece: string): void {
    const spaced = (gap || this.last === 'border') && this.output.length > 0;
    this.output.push(spaced ? ` ${piece}` : piece);
  }

  private writeLiteral(gap: boolean): void {
    this.lists.other();
    if (this.last === 'literal') {
      return;
    }
    const belongs = this.last === 'sign' || this.last === 'introducer';
    const replaced = belongs ? this.output.pop() : undefined;
    this.write(replaced === undefined ? gap : replaced.startsWith(' '), '?');
    this.last = 'literal';
  }

  private writeValue(gap: boolean): void {
    this.lists.other();
    this.write(gap, '?');
    this.last = 'operand';
  }

  private writeWord(token: Token): void {
    const source = token.source();
    const upper = token.upper();
    this.lists.word(upper);
    this.afterIn = upper === 'IN';
    this.write(token.gap, source);
    const introduces = this.dialect === 'mysql' && source.length <= 10 && INTRODUCER.test(source);
    this.last = introduces ? 'introducer' : BEFORE_OPERAND.has(upper) ? 'operator' : 'operand';
  }

  private writeSymbol(token: Token, afterIn: boolean): void {
    const symbol = token.source();
    if (symbol === '(') {
      this.write(token.gap, symbol);
      this.lists.open(afterIn);
    } else if (symbol === ')') {
      this.lists.close();
      this.write(token.gap, symbol);
      this.lists.closed();
    } else if (symbol === ',') {
      this.lists.comma();
      this.write(token.gap, symbol);
    } else {
      this.lists.other();
      this.write(token.gap, symbol);
    }
    this.last = this.roleOf(symbol);
  }

  private roleOf(symbol: string): Last {
    if (symbol === ')' || symbol === ']') {
      return 'operand';
    }
    const sign = symbol === '-' || symbol === '+';
    const subtracts = this.last === 'operand' || this.last === 'literal' || this.last === 'introducer';
    return sign && !subtracts ? 'sign' : 'operator';
  }

  private writeBorder(token: Token): void {
    this.lists.other();
    const border = token.kind === 'open-hint' ? '/*+' : token.kind === 'open-code' ? '/*!' : '*/';
    this.write(true, border);
    this.last = 'border';
  }
}
