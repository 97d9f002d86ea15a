import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import { lazily } from '../lazily.js';
import { sharedState } from '../shared-state.js';
import { moduleExports, type Integration, type Undo } from './integration.js';
import type { IoredisObserver, IoredisPrototypes } from './ioredis/observe-classes.js';
import type * as ObserveClasses from './ioredis/observe-classes.js';
import { observeCopies } from './loading/observed-copies.js';
import { whereSupported } from './loading/supported-versions.js';
import { observeChannels } from './redis/redis-channels.js';

const classes = lazily(() => require('./ioredis/observe-classes.js') as typeof ObserveClasses);

const DRIVER = { name: 'ioredis', from: '4.0.0', below: '7.0.0' };

/** The client in its newer and its older place. */
const INNER_FILES = ['built/Redis.js', 'built/redis/index.js'];

/**
 * Redis by ioredis: the methods that send commands, in every copy that is found, and the driver's tracing channels (from
 * 5.11 on) for a copy that is not.
 *
 * The channels alone tell of a command when it is written, which can be in another caller's context, tell of each
 * command of a pipeline, and make the driver handle rejections that the application does not.
 */
export const ioredisIntegration: Integration = {
  name: 'ioredis',

  start({ database }) {
    const undoChannels = observeChannels(
      {
        prefix: 'ioredis',
        leadingArguments: 0,
        ignores: () => [...observers()].some(({ isSendingTransaction }) => isSendingTransaction),
      },
      database,
    );
    const { scan, stop } = observeCopies({
      packageName: 'ioredis',
      files: {
        'built/index.js': whereSupported(DRIVER, ({ exports }) => patch(exports, database)),
        // The main file of versions that are too old.
        'index.js': whereSupported(DRIVER, () => () => {}),
      },
      innerFiles: INNER_FILES,
    });
    return {
      scan,
      stop: () => {
        undoChannels();
        stop();
      },
    };
  },

  handOver: {
    recognizes: (module) => prototypesOf(module) !== undefined,
    attach: (module, { database }) => patch(module, database),
  },
};

function patch(module: unknown, options: ResolvedDatabaseOptions): Undo {
  const prototypes = prototypesOf(module);
  if (prototypes === undefined) {
    return () => {};
  }
  const observer = new (classes().IoredisObserver)(options);
  const undo = observer.observe(prototypes);
  observers().add(observer);
  return () => {
    undo();
    observers().delete(observer);
  };
}

/** The module is the class itself, with the other classes on it. */
function prototypesOf(module: unknown): IoredisPrototypes | undefined {
  const exports = moduleExports(module);
  const [redis, cluster, pipeline] = [exports, exports['Cluster'], exports['Pipeline']].map((value) =>
    typeof value === 'function' ? (value.prototype as object | undefined) : undefined,
  );
  const isIoredis = redis !== undefined && 'sendCommand' in redis && pipeline !== undefined && 'exec' in pipeline;
  return isIoredis ? { redis, cluster, pipeline } : undefined;
}

/** The copies that are observed, by whichever copy of Otelier. */
function observers(): Set<IoredisObserver> {
  return sharedState('integrations.ioredis.observers', () => new Set<IoredisObserver>());
}
