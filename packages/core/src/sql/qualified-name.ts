import type { Token } from './token.js';

/** Takes the tokens of a name such as `shop."order list"` together, as they are written. */
export class QualifiedName {
  private text = '';
  private expectsPart = false;

  /** Whether a name was begun and not taken yet. */
  get begun(): boolean {
    return this.text !== '';
  }

  /** Begins a name with its first part. */
  begin(source: string): void {
    this.text = source;
    this.expectsPart = false;
  }

  /** Adds the token when it belongs to the name; false when the name ends before it. */
  extend(token: Token): boolean {
    const isPart = token.kind === 'word' || token.kind === 'quoted';
    const isDot = token.kind === 'symbol' && token.source() === '.';
    if (this.expectsPart ? !isPart : !isDot) {
      return false;
    }
    this.text += token.source();
    this.expectsPart = isDot;
    return true;
  }

  /** Returns the name and forgets it. */
  take(): string {
    const { text } = this;
    this.text = '';
    return this.expectsPart ? text.slice(0, -1) : text;
  }
}
