import type { ResolvedOptions } from '../options/resolved-options.js';

/** Takes back what an integration did. Calling it again does nothing. */
export type Undo = () => void;

/** An integration that has been started. */
export interface RunningIntegration {
  /** Looks once more for copies that have been loaded, for module systems that do not tell, such as Jest's. */
  readonly scan: () => void;
  readonly stop: Undo;
}

/** The options that integrations know. */
export type IntegrationOptions = Pick<ResolvedOptions, 'database' | 'outgoing' | 'logs'>;

/** One library that Otelier observes. */
export interface Integration {
  /** The library's name in the package registry, or that of Node's own module. */
  readonly name: string;
  /** Observes every copy that is loaded, and those that will be, as far as the module system tells. */
  start(options: IntegrationOptions): RunningIntegration;
  /** What is done with a copy that the application hands over; missing where every copy is found without. */
  readonly handOver?: HandOver;
}

/** How one copy is observed that no module system knows of, because it is bundled. */
export interface HandOver {
  /** Whether a module is this library. Never throws. */
  recognizes(module: unknown): boolean;
  /** Observes the copy. */
  attach(module: unknown, options: Pick<IntegrationOptions, 'database'>): Undo;
}

/** What an `import` or `require` of a CommonJS library gives: its exports, or a namespace with them as default. */
export function moduleExports(module: unknown): Record<string, unknown> {
  const namespace = module as { default?: unknown } | null | undefined;
  const exports = namespace?.default ?? namespace;
  return (typeof exports === 'object' || typeof exports === 'function') && exports !== null
    ? (exports as Record<string, unknown>)
    : {};
}
