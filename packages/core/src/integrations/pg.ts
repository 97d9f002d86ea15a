import { createNoopMeter } from '@opentelemetry/api';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import type { InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import { bindCallers, unbindCallers } from '../database/caller-context.js';
import type { DatabaseFailure } from '../database/database-call.js';
import { createInstrumentationTracer } from '../database/instrumentation-tracer.js';
import { moduleExports, type Integration, type Undo } from './integration.js';
import { patchLoadedModules } from './loading/loaded-modules.js';
import { decideByVersion, isSupported } from './loading/supported-versions.js';

const DRIVER = { name: 'pg', from: '8.0.3', below: '9.0.0' };

/** PostgreSQL by node-postgres, which publishes nothing itself: instrumentation-pg patches its prototypes in place. */
export const pgIntegration: Integration = {
  name: 'pg',

  start({ database }) {
    const instrumentation = createInstrumentation(database);
    // From here on copies that are loaded later are patched on the way in.
    instrumentation.enable();
    const { scan, stop } = patchLoadedModules({
      packageName: 'pg',
      file: 'lib/index.js',
      patch: ({ exports, version }) =>
        isSupported(DRIVER, version) ? patch(instrumentation, moduleExports(exports)) : () => {},
    });
    return {
      scan,
      stop: () => {
        instrumentation.disable();
        stop();
      },
    };
  },

  handOver: {
    recognizes(module) {
      const { Client, Pool } = moduleExports(module);
      return hasPrototypeMethod(Client, 'query') && hasPrototypeMethod(Pool, 'connect');
    },

    attach(module, { database }) {
      return patch(createInstrumentation(database), moduleExports(module));
    },
  },
};

/** instrumentation-pg, with pools that give a connection to a waiting caller in that caller's own context. */
class PgInstrumentationWithPools extends PgInstrumentation {
  protected override init(): InstrumentationNodeModuleDefinition[] {
    const definitions = super.init() as InstrumentationNodeModuleDefinition[];
    definitions
      .filter(({ name }) => name === 'pg')
      .forEach((definition) => decideByVersion(definition, (version) => isSupported(DRIVER, version)));
    const pool = definitions.find(({ name }) => name === 'pg-pool');
    const { patch: patchPool, unpatch: unpatchPool } = pool ?? {};
    if (pool !== undefined) {
      pool.patch = (exports: unknown, version) => {
        bindCallers(poolPrototype(exports), ['connect']);
        return patchPool?.(exports, version) as unknown;
      };
      pool.unpatch = (exports: unknown, version) => {
        unpatchPool?.(exports, version);
        unbindCallers(poolPrototype(exports));
      };
    }
    return definitions;
  }
}

/** The pool's class is all that pg-pool exports. */
function poolPrototype(exports: unknown): object {
  const Pool = typeof exports === 'function' ? exports : moduleExports(exports);
  return (Pool as { readonly prototype: object }).prototype;
}

function createInstrumentation(options: ResolvedDatabaseOptions): PgInstrumentation {
  const instrumentation = new PgInstrumentationWithPools({ enabled: false, ignoreConnectSpans: true });
  instrumentation.setTracerProvider(createInstrumentationTracer({ dialect: 'postgresql', failure }, options));
  // Its own durations would stand beside those of DatabaseOperation, under the same name.
  instrumentation.setMeterProvider({ getMeter: () => createNoopMeter() });
  return instrumentation;
}

/** Applies the package's patches to one copy's client and pool, and keeps what takes them off again. */
function patch(instrumentation: PgInstrumentation, pg: Record<string, unknown>): Undo {
  const [client, pool] = instrumentation.getModuleDefinitions() as InstrumentationNodeModuleDefinition[];
  const BasePool = Object.getPrototypeOf(pg['Pool']) as unknown;
  client?.patch?.(pg);
  pool?.patch?.(BasePool);
  return () => {
    client?.unpatch?.(pg);
    pool?.unpatch?.(BasePool);
  };
}

/** The package tells a failure as `PostgreSQL error of type 'x' occurred (code: y)`. */
function failure({ exception }: { readonly exception: unknown }): DatabaseFailure {
  const match = /type '([^']*)' occurred \(code: ([^)]*)\)$/.exec(typeof exception === 'string' ? exception : '');
  const [, type = 'Error', code = 'UNKNOWN'] = match ?? [];
  if (isSqlState(code)) {
    return { statusCode: code, type: code };
  }
  return { statusCode: undefined, type: code === 'UNKNOWN' ? className(type) : code };
}

/** Five digits and capitals, at least one digit: EPIPE is a system error. */
function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}

/** node-postgres names its own errors `error`. */
function className(name: string): string {
  return name === 'error' ? 'DatabaseError' : name;
}

function hasPrototypeMethod(value: unknown, method: string): boolean {
  const prototype = typeof value === 'function' ? (value.prototype as Record<string, unknown> | undefined) : undefined;
  return typeof prototype?.[method] === 'function';
}
