import { moduleExports, type Integration, type Undo } from './integration.js';
import { observeCopies } from './loading/observed-copies.js';
import { whereSupported } from './loading/supported-versions.js';
import { methodOwner, wrapMethod } from './loading/wrapped-methods.js';
import { quietLog, observeLogger } from './winston/logger-methods.js';

const LOGGER = { name: 'winston', from: '3.0.0', below: '4.0.0' };

/**
 * winston, which publishes nothing itself: the stream methods through which its loggers take and format every line. Its
 * transports are left as they are, however many there are; what one of them prints by `console` is no line of its own.
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
        // It loads a transport when somebody asks for it, of which not every module system tells.
        'lib/winston/transports/index.js': whereSupported(LOGGER, ({ exports }) => observeConsole(exports)),
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
      const prototype = methodOwner(winston.createLogger({ silent: true }), '_transform');
      const undos = [observeLogger(prototype), observeConsole(winston.transports)];
      return () => undos.forEach((undo) => undo());
    },
  },
};

interface WinstonModule {
  readonly createLogger: (options: object) => object;
  readonly transports: unknown;
}

/** What winston calls its default export is something else; that of an `import` is the module. */
function winstonOf(module: unknown): WinstonModule | undefined {
  const candidates = [module, (module as { readonly default?: unknown } | null | undefined)?.default];
  return candidates.find((candidate): candidate is WinstonModule => {
    const { createLogger, addColors, format } = (candidate ?? {}) as Readonly<Record<string, unknown>>;
    return [createLogger, addColors, format].every((value) => typeof value === 'function');
  });
}

function observeConsole(transports: unknown): Undo {
  const { Console: transport } = moduleExports(transports);
  const prototype = typeof transport === 'function' ? methodOwner(transport.prototype, 'log') : undefined;
  return prototype === undefined ? () => {} : wrapMethod(prototype, 'log', quietLog);
}

function prototypeOf(logger: unknown): object | undefined {
  const prototype = typeof logger === 'function' ? (logger.prototype as unknown) : undefined;
  return methodOwner(prototype, '_transform');
}
