import type { Attributes, AttributeValue } from '@opentelemetry/api';

type Value = AttributeValue | undefined;

/**
 * Where a path has come to. Most attributes of an instrument always have the same value, and nearly all come in the
 * same order: the first way on is in the node itself, and to go it takes two comparisons.
 */
class PathNode<T> {
  end: T | undefined;
  private name: string | undefined;
  private value: Value;
  private child: PathNode<T> | undefined;
  /** The ways on with other values of the same attribute. */
  private siblings: Map<Value, PathNode<T>> | undefined;
  /** The ways on with other attributes. */
  private others: Map<string, Map<Value, PathNode<T>>> | undefined;

  next(name: string, value: Value): PathNode<T> | undefined {
    if (name !== this.name) {
      return this.others?.get(name)?.get(value);
    }
    return value === this.value ? this.child : this.siblings?.get(value);
  }

  add(name: string, value: Value): PathNode<T> {
    const node = new PathNode<T>();
    if (this.name === undefined) {
      this.name = name;
      this.value = value;
      this.child = node;
    } else if (this.name === name) {
      this.siblings = (this.siblings ?? new Map<Value, PathNode<T>>()).set(value, node);
    } else {
      this.others ??= new Map();
      this.others.set(name, (this.others.get(name) ?? new Map<Value, PathNode<T>>()).set(value, node));
    }
    return node;
  }
}

/**
 * Finds what belongs to a set of attributes by walking from one to the next, in the order in which they come: no text
 * is made of them, which would cost several times as much.
 */
export class AttributePaths<T> {
  private readonly root = new PathNode<T>();
  private room: number;

  /** @param max - how many paths are remembered; further ones are not */
  constructor(max: number) {
    this.room = max;
  }

  /** What was remembered for these attributes in this order. */
  find(attributes: Attributes): T | undefined {
    let node: PathNode<T> | undefined = this.root;
    for (const name of Object.keys(attributes)) {
      node = node.next(name, attributes[name]);
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
      node = node.next(name, attributes[name]) ?? node.add(name, attributes[name]);
    }
    node.end = end;
  }
}
