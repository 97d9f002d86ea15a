import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';

/** Takes back what an integration did. Calling it again does nothing. */
export type Undo = () => void;

/** An integration that has been started. */
export interface RunningIntegration {
  /** Looks once more for copies that have been loaded, for module systems that do not tell, such as Jest's. */
  readonly scan: () => void;
  readonly stop: Undo;
}

/** One library that Otelier observes. */
export interface Integration {
  /** The library's name in the package registry. */
  readonly name: string;
  /** Observes every copy that is loaded, and those that will be, as far as the module system tells. */
  start(options: ResolvedDatabaseOptions): RunningIntegration;
  /** Whether a module that the application hands over is this library. */
  recognizes(module: unknown): boolean;
  /** Observes one copy that the application hands over: a bundled one, which no module system knows of. */
  attach(module: unknown, options: ResolvedDatabaseOptions): Undo;
}

/** What an `import` or `require` of a CommonJS library gives: its exports, or a namespace with them as default. */
export function moduleExports(module: unknown): Record<string, unknown> {
  const namespace = module as { default?: unknown } | null | undefined;
  const exports = namespace?.default ?? namespace;
  return (typeof exports === 'object' || typeof exports === 'function') && exports !== null
    ? (exports as Record<string, unknown>)
    : {};
}
