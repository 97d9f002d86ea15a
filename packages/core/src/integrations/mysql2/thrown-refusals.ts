import type { Method } from '../loading/wrapped-methods.js';

/**
 * Lets a query throw what its connection throws at it. The driver gives a query without a callback within a promise when
 * somebody listens to its channels, and nobody learns why that is rejected.
 */
export class ThrownRefusals {
  private thrown: { readonly error: unknown } | undefined;

  /** Calls a method that gives one command to a connection. */
  give(original: Method, connection: unknown, args: readonly unknown[]): unknown {
    try {
      const result = original.apply(connection, [...args]);
      this.thrown = undefined;
      return result;
    } catch (error) {
      this.thrown = { error };
      throw error;
    }
  }

  /** Calls a method that makes a query and gives its commands. */
  ask(original: Method, connection: unknown, args: readonly unknown[]): unknown {
    this.take();
    const result = original.apply(connection, [...args]);
    const thrown = this.take();
    if (thrown !== undefined) {
      throw thrown.error;
    }
    return result;
  }

  private take(): { readonly error: unknown } | undefined {
    const { thrown } = this;
    this.thrown = undefined;
    return thrown;
  }
}
