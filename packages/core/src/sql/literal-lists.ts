/** The longest item, in pieces, that is compared with the first of its `IN` list; longer ones stay. */
const MAX_COMPARED_PIECES = 32;

const CONSTANTS = new Set(['NULL', 'TRUE', 'FALSE', 'DEFAULT']);

interface Group {
  /** Whether the items of this group are the members of an `IN` list. */
  readonly list: boolean;
  /** Where the first item and the item being written begin in the output. */
  readonly firstStart: number;
  firstEnd: number;
  itemStart: number;
  /** Output length up to the last row of a `VALUES` list that stays; -1 outside of such a list. */
  rowsEnd: number;
  rows: 'none' | 'expected' | 'open' | 'closed';
  hasSelect: boolean;
}

function createGroup(start: number, list: boolean): Group {
  return { list, firstStart: start, firstEnd: -1, itemStart: start, rowsEnd: -1, rows: 'none', hasSelect: false };
}

/**
 * Shortens lists while they are written: members of an `IN` list that look like its first one, and the rows of a
 * `VALUES` list after its first one, are taken out of the output again.
 */
export class LiteralLists {
  private readonly output: string[];
  private readonly outer: Group[] = [];
  private group: Group = createGroup(0, false);

  constructor(output: string[]) {
    this.output = output;
  }

  /** Sees a keyword or name, in upper case, before it is written. */
  word(upper: string): void {
    if (upper === 'SELECT') {
      this.group.hasSelect = true;
    }
    if (upper === 'ROW') {
      return;
    }
    this.group.rows = upper === 'VALUES' ? 'expected' : 'none';
    this.group.rowsEnd = -1;
  }

  /** Sees an opening parenthesis after it was written; `afterIn` tells that it stands after the keyword `IN`. */
  open(afterIn: boolean): void {
    const { group } = this;
    if (group.rows === 'expected') {
      group.rows = 'open';
    } else {
      this.other();
    }
    this.outer.push(group);
    this.group = createGroup(this.output.length, afterIn);
  }

  /** Sees a closing parenthesis before it is written; it must call `closed` after it was. */
  close(): void {
    this.endItem();
  }

  /** Ends the group whose closing parenthesis was written. */
  closed(): void {
    const parent = this.outer.pop();
    if (parent === undefined) {
      return;
    }
    const { hasSelect } = this.group;
    this.group = parent;
    parent.hasSelect ||= hasSelect;
    if (parent.rows !== 'open') {
      return;
    }
    if (parent.rowsEnd !== -1 && !hasSelect) {
      this.output.length = parent.rowsEnd;
    }
    parent.rowsEnd = this.output.length;
    parent.rows = 'closed';
  }

  /** Sees a comma before it is written. */
  comma(): void {
    this.endItem();
    const { group } = this;
    group.itemStart = this.output.length;
    group.rows = group.rows === 'closed' ? 'expected' : 'none';
    if (group.rows === 'none') {
      group.rowsEnd = -1;
    }
  }

  /** Sees any other token. */
  other(): void {
    this.group.rows = 'none';
    this.group.rowsEnd = -1;
  }

  private endItem(): void {
    const { group, output } = this;
    if (!group.list) {
      return;
    }
    if (group.firstEnd === -1) {
      group.firstEnd = output.length;
    } else if (this.resemblesFirst()) {
      output.length = group.itemStart;
    }
  }

  private resemblesFirst(): boolean {
    const { firstStart, firstEnd, itemStart } = this.group;
    const separator = 1;
    const length = this.output.length - itemStart - separator;
    if (length !== firstEnd - firstStart || length > MAX_COMPARED_PIECES) {
      return false;
    }
    for (let offset = 0; offset < length; offset += 1) {
      const first = this.output[firstStart + offset] ?? '';
      const piece = this.output[itemStart + separator + offset] ?? '';
      if (memberShape(first) !== memberShape(piece)) {
        return false;
      }
    }
    return true;
  }
}

/** Constants and numbered or named placeholders look like literals. */
function memberShape(piece: string): string {
  const bare = piece.startsWith(' ') ? piece.slice(1) : piece;
  const mark = bare.charCodeAt(0);
  const placeholder = bare.length > 1 && (mark === 0x24 || mark === 0x3a || mark === 0x40);
  return placeholder || CONSTANTS.has(bare.toUpperCase()) ? '?' : bare;
}
