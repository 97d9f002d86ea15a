import { onOneLine } from './character-class.js';

/** The longest summary, in characters, that the semantic conventions allow. */
const MAX_SUMMARY_LENGTH = 255;

/** Collects operations and targets in the order of the text, up to 255 characters and never a part of a name. */
export class SummaryText {
  private readonly parts: string[] = [];
  private length = 0;
  private full = false;
  private statementStart = 0;
  private previousStart = 0;

  /** Adds an operation or a target; from the first one that does not fit, none is added. */
  add(part: string): void {
    const length = this.length + (this.parts.length > 0 ? 1 : 0) + part.length;
    this.full ||= length > MAX_SUMMARY_LENGTH;
    if (this.full) {
      return;
    }
    this.parts.push(part);
    this.length = length;
  }

  /** Ends a statement; one that repeats the statement before it leaves nothing, so that batches stay low in cardinality. */
  endStatement(): void {
    const { parts, statementStart, previousStart } = this;
    if (this.full || parts.length === statementStart) {
      return;
    }
    const count = parts.length - statementStart;
    const repeats =
      count === statementStart - previousStart &&
      parts.slice(statementStart).every((part, index) => part === parts[previousStart + index]);
    if (repeats) {
      parts.length = statementStart;
      this.length = parts.join(' ').length;
    } else {
      this.previousStart = statementStart;
      this.statementStart = parts.length;
    }
  }

  /** The summary, on one line: empty when nothing was added. */
  toString(): string {
    return onOneLine(this.parts.join(' '));
  }
}
