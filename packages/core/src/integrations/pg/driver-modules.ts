import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import { SCOPE_NAME, VERSION } from '../../version.js';
import { patchLoadedModules } from '../loading/loaded-modules.js';
import { isSupported, versionWithin } from '../loading/supported-versions.js';
import { moduleExports, type RunningIntegration } from '../integration.js';

const DRIVER = { name: 'pg', from: '8.0.3', below: '9.0.0' };
/** The pools of those versions. */
const POOL = { name: 'pg-pool', from: '3.0.0', below: '4.0.0' };

/** `import` loads the driver's main file past the hooks of `require`, but not what that file requires. */
const CLIENT = 'lib/client.js';
const NATIVE_CLIENT = 'lib/native/client.js';

/** What is done with the parts of each copy of the driver. */
export interface DriverParts {
  /** Gets what `pg` exports. */
  readonly driver: (pg: Record<string, unknown>) => void;
  /** Gets a class of clients: the one of pg-native is loaded when somebody asks for it. */
  readonly client: (clientClass: unknown) => void;
  /** Gets a class of pools, which can be used without `pg`. */
  readonly pool: (poolClass: unknown) => void;
}

/** Finds all copies of the driver that are loaded, and those that will be, and hands their parts over. */
export function findDriverModules(parts: DriverParts): RunningIntegration {
  const driver = (exports: unknown, version: string | undefined): void => {
    if (isSupported(DRIVER, version)) {
      parts.driver(moduleExports(exports));
    }
  };
  const client = (exports: unknown, version: string | undefined): void => {
    if (isSupported(DRIVER, version)) {
      parts.client(moduleExports(exports));
    }
  };
  const pool = (exports: unknown, version: string | undefined): void => {
    if (versionWithin(version, POOL.from, POOL.below)) {
      parts.pool(moduleExports(exports));
    }
  };
  const hooks = createHooks([
    moduleDefinition(
      DRIVER.name,
      driver,
      [CLIENT, NATIVE_CLIENT].map((file) => moduleFile(`${DRIVER.name}/${file}`, client)),
    ),
    moduleDefinition(POOL.name, pool),
  ]);
  hooks.enable();
  const loaded = [
    { packageName: DRIVER.name, file: 'lib/index.js', found: driver },
    { packageName: DRIVER.name, file: NATIVE_CLIENT, found: client },
    { packageName: POOL.name, file: 'index.js', found: pool },
  ].map(({ packageName, file, found }) =>
    patchLoadedModules({
      packageName,
      file,
      patch: ({ exports, version }) => {
        found(exports, version);
        return () => {};
      },
    }),
  );
  return {
    scan: () => loaded.forEach(({ scan }) => scan()),
    stop: () => {
      hooks.disable();
      loaded.forEach(({ stop }) => stop());
    },
  };
}

type Found = (exports: unknown, version: string | undefined) => void;

function moduleDefinition(name: string, found: Found, files: InstrumentationNodeModuleFile[] = []): InstrumentationNodeModuleDefinition {
  return new InstrumentationNodeModuleDefinition(name, ['*'], handOn(found), undefined, files);
}

function moduleFile(name: string, found: Found): InstrumentationNodeModuleFile {
  return new InstrumentationNodeModuleFile(name, ['*'], handOn(found), () => {});
}

function handOn(found: Found): (exports: unknown, version?: string) => unknown {
  return (exports, version) => {
    found(exports, version);
    return exports;
  };
}

/** The base class asks for its modules before a subclass of it has any fields. */
function createHooks(definitions: InstrumentationNodeModuleDefinition[]): InstrumentationBase {
  class DriverHooks extends InstrumentationBase {
    protected override init(): InstrumentationNodeModuleDefinition[] {
      return definitions;
    }
  }
  return new DriverHooks(SCOPE_NAME, VERSION, { enabled: false });
}
