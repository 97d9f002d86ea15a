import { CommonTables } from './common-tables.js';
import { QualifiedName } from './qualified-name.js';
import { createFrame, expectName, openFrame, readAsJoin, type FrameState, type QueryFrame } from './query-frame.js';
import { BEFORE_NAME, BEFORE_NAME_OF, EMBEDDED_VERBS, NEVER_NAMES, verbPlan } from './statement-verb.js';
import { SummaryText } from './summary-text.js';
import { readComma, readCommandWord, readInBody, readInTableList, readObjectKind, readValue } from './table-clauses.js';
import type { Token } from './token.js';

const STATES_BEFORE_SELECT = new Set<FrameState>([
  'paren',
  'body',
  'list',
  'target',
  'statement',
  'cte-head',
  'cte-tail',
]);

/**
 * Reads operations and their targets out of a token stream, in the order of the text.
 * @see https://github.com/open-telemetry/semantic-conventions/blob/main/docs/db/database-spans.md#generating-a-summary-of-the-query
 */
export class Summarizer {
  private readonly summary = new SummaryText();
  private readonly tables = new CommonTables();
  private readonly outer: QueryFrame[] = [];
  private frame = createFrame('start');
  private readonly name = new QualifiedName();
  private previous = '';
  private routineBody = false;

  /** Takes the next token. */
  accept(token: Token): void {
    if (token.inHint || token.kind === 'open-code' || token.kind === 'close-comment') {
      return;
    }
    if (this.name.begun && this.continueName(token)) {
      return;
    }
    if (token.kind === 'word') {
      if (this.previous !== '.') {
        this.acceptWord(token.upper(), token.source());
      }
    } else if (token.kind === 'quoted') {
      this.acceptQuoted(token.source());
    } else if (token.kind === 'symbol') {
      this.acceptSymbol(token.source());
    } else {
      readValue(this.frame);
    }
    this.previous = token.kind === 'word' || token.kind === 'symbol' ? token.upper() : '';
  }

  /** Ends the text and returns its summary, which is empty when no operation was recognised. */
  finish(): string {
    this.endStatement();
    return this.summary.toString();
  }

  /** Continues or ends the name that was begun; true when the token belongs to it. */
  private continueName(token: Token): boolean {
    if (this.name.extend(token)) {
      return true;
    }
    const name = this.name.take();
    if (token.kind === 'word' && token.upper() === 'FROM' && name.toUpperCase() === 'ROWS') {
      return true;
    }
    this.addTarget(name);
    return false;
  }

  private addTarget(name: string): void {
    this.frame.state = this.frame.afterName;
    if (!this.tables.has(name)) {
      this.summary.add(name);
    }
  }

  private acceptWord(upper: string, source: string): void {
    const { frame } = this;
    if (upper === 'SELECT' && STATES_BEFORE_SELECT.has(frame.state)) {
      this.begin(upper, source);
      return;
    }
    switch (frame.state) {
      case 'start':
        this.acceptFirst(upper, source);
        break;
      case 'paren':
        frame.state = upper === 'WITH' ? 'cte-name' : 'body';
        break;
      case 'statement':
      case 'cte-head':
      case 'cte-tail':
        this.acceptInStatement(upper, source);
        break;
      case 'cte-name':
        if (upper === 'RECURSIVE') {
          frame.recursive = true;
        } else {
          this.tables.announce(frame, source);
        }
        break;
      case 'object':
        if (readObjectKind(frame, upper)) {
          this.summary.add(source);
        }
        break;
      case 'target':
        this.acceptTarget(upper, source);
        break;
      case 'list':
        readInTableList(frame, upper, this.previous);
        break;
      case 'body':
        readInBody(frame, upper, this.previous);
        break;
      case 'words':
        if (readCommandWord(frame, upper)) {
          this.summary.add(source);
        }
        break;
      case 'inert':
        if (upper === 'BEGIN' && frame.verb === 'ROUTINE') {
          this.routineBody = true;
        }
        break;
      case 'cte-as':
        break;
    }
  }

  private acceptFirst(upper: string, source: string): void {
    const { frame } = this;
    if (upper === 'WITH') {
      frame.state = 'cte-name';
    } else if (frame.joined && upper !== 'SELECT' && upper !== 'VALUES') {
      readAsJoin(frame);
      this.acceptTarget(upper, source);
    } else {
      this.begin(upper, source);
    }
  }

  private begin(upper: string, source: string): void {
    const { frame } = this;
    const plan = verbPlan(upper);
    const rows = upper === 'VALUES' && this.outer.length > 0;
    if (plan !== undefined && !rows) {
      this.summary.add(source);
    }
    frame.verb = upper;
    frame.expectsFrom = upper === 'SELECT' || upper === 'DELETE' || upper === 'UPDATE';
    frame.wordsLeft = upper === 'SHOW' ? 3 : 1;
    if (plan === 'name') {
      expectName(frame, upper === 'EXECUTE' || upper === 'EXEC' ? 'inert' : 'body');
    } else if (plan === 'names') {
      expectName(frame, 'list');
    } else {
      frame.state = plan ?? 'inert';
    }
  }

  private acceptInStatement(upper: string, source: string): void {
    const { frame } = this;
    if (EMBEDDED_VERBS.has(upper)) {
      this.begin(upper, source);
    } else if (frame.state === 'cte-head' && upper === 'AS') {
      frame.state = 'cte-as';
    } else if (frame.state === 'statement' && upper === 'WITH') {
      frame.state = 'cte-name';
    }
  }

  private acceptTarget(upper: string, source: string): void {
    const { frame } = this;
    if (BEFORE_NAME.has(upper) || BEFORE_NAME_OF.get(frame.verb)?.has(upper) === true) {
      return;
    }
    if (NEVER_NAMES.has(upper)) {
      frame.state = frame.afterName;
      this.acceptWord(upper, source);
    } else {
      this.name.begin(source);
    }
  }

  private acceptQuoted(source: string): void {
    const { frame } = this;
    if (frame.state === 'start' && frame.joined) {
      readAsJoin(frame);
    }
    if (frame.state === 'target') {
      this.name.begin(source);
    } else if (frame.state === 'cte-name') {
      this.tables.announce(frame, source);
    } else if (frame.state === 'words' && readCommandWord(frame, '')) {
      this.summary.add(source);
    } else if (frame.state === 'paren') {
      frame.state = 'body';
    }
  }

  private acceptSymbol(symbol: string): void {
    if (symbol === '(') {
      this.outer.push(this.frame);
      this.frame = openFrame(this.frame, this.previous);
    } else if (symbol === ')') {
      this.close();
    } else if (symbol === ';') {
      this.endStatement();
    } else if (symbol === ',') {
      readComma(this.frame);
    } else {
      readValue(this.frame);
    }
  }

  private close(): void {
    const parent = this.outer.pop();
    if (parent === undefined) {
      return;
    }
    this.tables.release(this.frame);
    this.frame = parent;
    if (parent.state === 'start') {
      parent.state = 'body';
    } else if (parent.state === 'cte-tail') {
      this.tables.declare(parent);
    }
  }

  private endStatement(): void {
    if (this.name.begun) {
      this.addTarget(this.name.take());
    }
    if (this.routineBody) {
      return;
    }
    this.summary.endStatement();
    this.outer.length = 0;
    this.frame = createFrame('start');
    this.tables.clear();
  }
}
