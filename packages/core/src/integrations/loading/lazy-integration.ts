import type { Integration, RunningIntegration } from '../integration.js';
import { beforeLoad } from './load-hook.js';
import { isLoaded } from './loaded-copies.js';

/** An integration whose code is loaded with its library. */
export interface LazyIntegration {
  readonly name: string;
  /** The library's packages: the first file of one of them begins it. */
  readonly packages: readonly string[];
  readonly load: () => Integration;
}

/**
 * Makes an integration that costs nothing as long as its library is not there. Only for one that needs nothing but the
 * library's files: what publishes its work on channels can be in a bundle, of which nothing tells.
 */
export function withItsLibrary({ name, packages, load }: LazyIntegration): Integration {
  return {
    name,

    start(options) {
      let running: RunningIntegration | undefined;
      let isStopped = false;
      const begin = (): void => {
        if (!isStopped) {
          running ??= load().start(options);
        }
      };
      const unwatch = packages.map((packageName) => beforeLoad(packageName, begin));
      const beginIfLoaded = (): void => {
        if (packages.some(isLoaded)) {
          begin();
        }
      };
      beginIfLoaded();
      return {
        scan: () => (running === undefined ? beginIfLoaded() : running.scan()),
        stop: () => {
          isStopped = true;
          unwatch.forEach((undo) => undo());
          running?.stop();
        },
      };
    },

    handOver: {
      recognizes: (module) => load().handOver?.recognizes(module) ?? false,
      attach: (module, options) => load().handOver?.attach(module, options) ?? (() => {}),
    },
  };
}
