import type { QueryFrame } from './query-frame.js';

/** Counts the common table expressions that are visible at a place, so that their names are not taken for tables. */
export class CommonTables {
  private readonly visible = new Map<string, number>();

  /** Names the next common table of a frame: visible at once where the list is recursive, else after its body. */
  announce(frame: QueryFrame, name: string): void {
    frame.state = 'cte-head';
    frame.pendingCte = foldName(name);
    if (frame.recursive) {
      this.declare(frame);
    }
  }

  /** Makes the announced table of a frame visible until the frame closes. */
  declare(frame: QueryFrame): void {
    const name = frame.pendingCte;
    if (name === '') {
      return;
    }
    this.visible.set(name, (this.visible.get(name) ?? 0) + 1);
    frame.ctes.push(name);
    frame.pendingCte = '';
  }

  /** Hides the tables of a frame that closes. */
  release(frame: QueryFrame): void {
    for (const name of frame.ctes) {
      this.visible.set(name, (this.visible.get(name) ?? 1) - 1);
    }
  }

  /** Tells whether a name, as it stands in the text, is a visible common table. */
  has(name: string): boolean {
    return (this.visible.get(foldName(name)) ?? 0) > 0;
  }

  /** Hides every table. */
  clear(): void {
    this.visible.clear();
  }
}

function foldName(name: string): string {
  const quoted = name.startsWith('"') || name.startsWith('`');
  return (quoted ? name.slice(1, -1) : name).toLowerCase();
}
