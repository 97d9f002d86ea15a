import { expectName, type QueryFrame } from './query-frame.js';
import { AFTER_TABLES, OBJECT_PLANS } from './statement-verb.js';

const REPEATED_OBJECTS = new Set(['DROP', 'RENAME', 'OPTIMIZE', 'REPAIR', 'CHECK', 'CHECKSUM']);

/** Reads a keyword after a table in a list of tables; `previous` is the keyword or symbol before it. */
export function readInTableList(frame: QueryFrame, upper: string, previous: string): void {
  const indexHint = previous === 'FOR' && (upper === 'JOIN' || upper === 'ORDER' || upper === 'GROUP');
  if (indexHint) {
    return;
  }
  if (upper === 'JOIN' || upper === 'STRAIGHT_JOIN') {
    expectName(frame, 'list');
  } else if (upper === 'USING' && frame.verb === 'DELETE') {
    expectName(frame, 'list');
  } else if (AFTER_TABLES.has(upper)) {
    frame.state = 'body';
  }
}

/** Reads a keyword outside of a list of tables; `previous` is the keyword or symbol before it. */
export function readInBody(frame: QueryFrame, upper: string, previous: string): void {
  if (upper === 'FROM' && frame.expectsFrom && previous !== 'DISTINCT') {
    frame.expectsFrom = false;
    expectName(frame, 'list');
  } else if (upper === 'USING' && frame.verb === 'MERGE') {
    expectName(frame, 'body');
  } else if (upper === 'INTO' && frame.verb === 'LOAD') {
    expectName(frame, 'body');
  } else if (upper === 'WITH') {
    const beforeQuery = frame.verb === 'INSERT' || frame.verb === 'REPLACE' || previous === 'AS';
    if (beforeQuery) {
      frame.state = 'cte-name';
    }
  }
}

/** Reads a word of data definition until the kind of object is known; true when the summary takes the word. */
export function readObjectKind(frame: QueryFrame, upper: string): boolean {
  const kind = OBJECT_PLANS.get(upper);
  if (kind === undefined) {
    return upper === 'MATERIALIZED';
  }
  if (kind === 'anonymous') {
    frame.state = 'inert';
  } else if (REPEATED_OBJECTS.has(frame.verb) && kind !== 'routine') {
    expectName(frame, 'list');
  } else {
    expectName(frame, kind === 'table' ? 'body' : 'inert');
  }
  if (kind === 'routine' && frame.verb === 'CREATE') {
    frame.verb = 'ROUTINE';
  }
  return true;
}

/** Reads a word of a command such as `SHOW CREATE TABLE t`; true when the summary takes the word. */
export function readCommandWord(frame: QueryFrame, upper: string): boolean {
  if (upper === 'FROM' || upper === 'IN') {
    expectName(frame, 'inert');
    return false;
  }
  if (frame.wordsLeft === 0 || upper === 'LIKE' || upper === 'WHERE' || upper === 'FOR') {
    frame.state = 'inert';
    return false;
  }
  frame.wordsLeft -= 1;
  return true;
}

/** Reads a comma: the next table of a list, or the next common table. */
export function readComma(frame: QueryFrame): void {
  if (frame.state === 'list') {
    expectName(frame, 'list');
  } else if (frame.state === 'cte-tail') {
    frame.state = 'cte-name';
  } else if (frame.state === 'paren') {
    frame.state = 'body';
  }
}

/** Reads a literal, placeholder or operator, which is neither a keyword nor a name. */
export function readValue(frame: QueryFrame): void {
  if (frame.state === 'target') {
    frame.state = frame.afterName;
  } else if (frame.state === 'words') {
    frame.state = 'inert';
  } else if (frame.state === 'paren') {
    frame.state = 'body';
  }
}
