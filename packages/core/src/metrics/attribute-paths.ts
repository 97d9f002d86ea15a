import type { Attributes, AttributeValue } from '@opentelemetry/api';

type Branches<T> = Map<AttributeValue | undefined, PathNode<T>>;

interface PathNode<T> {
  /** By the next attribute's name, then by its value. */
  readonly next: Map<string, Branches<T>>;
  end: T | undefined;
}

/**
 * Finds what belongs to a set of attributes by walking from one to the next, in the order in which they come: no text
 * is made of them, which would cost several times as much.
 */
export class AttributePaths<T> {
  private readonly root: PathNode<T> = { next: new Map(), end: undefined };
  private room: number;

  /** @param max - how many paths are remembered; further ones are not */
  constructor(max: number) {
    this.room = max;
  }

  /** What was remembered for these attributes in this order. */
  find(attributes: Attributes): T | undefined {
    let node: PathNode<T> | undefined = this.root;
    for (const name of Object.keys(attributes)) {
      node = node.next.get(name)?.get(attributes[name]);
      if (node === undefined) {
        return undefined;
      }
    }
    return node.end;
  }

  /** Remembers what belongs to these attributes. Lists among them have no path: each one is another object. */
  add(attributes: Attributes, end: T): void {
    if (this.room <= 0 || Object.values(attributes).some((value) => typeof value === 'object')) {
      return;
    }
    this.room -= 1;
    let node = this.root;
    for (const name of Object.keys(attributes)) {
      const branches: Branches<T> = node.next.get(name) ?? new Map();
      node.next.set(name, branches);
      const following: PathNode<T> = branches.get(attributes[name]) ?? { next: new Map(), end: undefined };
      branches.set(attributes[name], following);
      node = following;
    }
    node.end = end;
  }
}
