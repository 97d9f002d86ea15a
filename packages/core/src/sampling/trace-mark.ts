import { GivenObject } from '../given-object.js';
import type { LocalTrace } from './local-trace.js';

/**
 * The local trace in a private field of a span context, which nobody else can see, copy or compare. A WeakMap would do
 * the same; its entries, several for each request, cost the garbage collector more than all else that sampling does.
 */
export class TraceMark extends GivenObject {
  readonly #owner: object;
  readonly #trace: LocalTrace;

  /**
   * Marks a span context; once each.
   *
   * @param owner - what belongs to one set-up alone
   */
  constructor(spanContext: object, owner: object, trace: LocalTrace) {
    super(spanContext);
    this.#owner = owner;
    this.#trace = trace;
  }

  /** The trace that a span context was marked with, by the same set-up. */
  static read(spanContext: object, owner: object): LocalTrace | undefined {
    return #trace in spanContext && spanContext.#owner === owner ? spanContext.#trace : undefined;
  }
}
