import type { LocalTrace, LocalTraces } from './local-traces.js';

/** Gives back the object that it is given, so that the fields of a class above it become that object's. */
class Given {
  constructor(given: object) {
    return given;
  }
}

/**
 * The local trace in a private field of a span context, which nobody else can see, copy or compare. A WeakMap would do
 * the same; its entries, several for each request, cost the garbage collector more than all else that sampling does.
 */
export class TraceMark extends Given {
  readonly #owner: LocalTraces;
  readonly #trace: LocalTrace;

  /** Marks a span context; once each. */
  constructor(spanContext: object, owner: LocalTraces, trace: LocalTrace) {
    super(spanContext);
    this.#owner = owner;
    this.#trace = trace;
  }

  /** The trace that a span context was marked with, by the same set-up. */
  static read(spanContext: object, owner: LocalTraces): LocalTrace | undefined {
    return #trace in spanContext && spanContext.#owner === owner ? spanContext.#trace : undefined;
  }
}
