import type { Integration } from './integration.js';
import { observeCopies } from './loading/observed-copies.js';
import { whereSupported } from './loading/supported-versions.js';
import { methodOwner } from './loading/wrapped-methods.js';
import { observeLogger } from './winston/logger-methods.js';

const LOGGER = { name: 'winston', from: '3.0.0', below: '4.0.0' };

/**
 * winston, which publishes nothing itself: the stream methods through which its loggers take and format every line. Its
 * transports are watched where they have formats of their own; what one of them prints by `console` is no line of its own.
 */
export const winstonIntegration: Integration = {
  name: 'winston',

  start({ logs }) {
    if (!logs.correlation && !logs.send) {
      return { scan: () => {}, stop: () => {} };
    }
    return observeCopies({
      packageName: 'winston',
      files: {
        'lib/winston/logger.js': whereSupported(LOGGER, ({ exports }) => observeLogger(prototypeOf(exports))),
      },
    });
  },

  handOver: {
    recognizes: (module) => winstonOf(module) !== undefined,

    attach(module) {
      const winston = winstonOf(module);
      if (winston === undefined) {
        return () => {};
      }
      // The class itself is not exported.
      return observeLogger(methodOwner(winston.createLogger({ silent: true }), '_transform'));
    },
  },
};

interface WinstonModule {
  readonly createLogger: (options: object) => object;
}

/** What winston calls its default export is something else; that of an `import` is the module. */
function winstonOf(module: unknown): WinstonModule | undefined {
  const candidates = [module, (module as { readonly default?: unknown } | null | undefined)?.default];
  return candidates.find((candidate): candidate is WinstonModule => {
    const { createLogger, addColors, format } = (candidate ?? {}) as Readonly<Record<string, unknown>>;
    return [createLogger, addColors, format].every((value) => typeof value === 'function');
  });
}

function prototypeOf(logger: unknown): object | undefined {
  const prototype = typeof logger === 'function' ? (logger.prototype as unknown) : undefined;
  return methodOwner(prototype, '_transform');
}
