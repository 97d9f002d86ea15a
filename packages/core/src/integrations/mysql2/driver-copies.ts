import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import { SCOPE_NAME, VERSION } from '../../version.js';
import type { RunningIntegration, Undo } from '../integration.js';
import { patchLoadedModules } from '../loading/loaded-modules.js';
import { isSupported } from '../loading/supported-versions.js';
import { observeCommands } from './observe-commands.js';
import { observePools } from './observe-pools.js';

const DRIVER = { name: 'mysql2', from: '1.4.2', below: '4.0.0' };

/** The files of the driver that export a class, and what is observed of it. */
const FILES: Readonly<Record<string, (driverClass: unknown, options: ResolvedDatabaseOptions) => Undo>> = {
  'lib/connection.js': observeCommands,
  'lib/pool.js': observePools,
};

/** Observes the copies of the driver that are loaded, and those that will be. */
export function observeDriverCopies(options: ResolvedDatabaseOptions): RunningIntegration {
  const loader = new DriverLoader(options);
  const loaded = Object.entries(FILES).map(([file, observe]) =>
    patchLoadedModules({
      packageName: 'mysql2',
      file,
      patch: ({ exports, version }) => (isSupported(DRIVER, version) ? observe(exports, options) : () => {}),
    }),
  );
  return {
    scan: () => loaded.forEach(({ scan }) => scan()),
    stop: () => {
      loader.stop();
      loaded.forEach(({ stop }) => stop());
    },
  };
}

/** Observes a copy that is handed over. */
export function observeDriverCopy({ Connection, Pool }: Record<string, unknown>, options: ResolvedDatabaseOptions): Undo {
  const undos = [observeCommands(Connection, options), observePools(Pool)];
  return () => undos.forEach((undo) => undo());
}

/** Meets the copies that are loaded from now on. */
class DriverLoader extends InstrumentationBase {
  private undos: Undo[] | undefined;

  constructor(private readonly options: ResolvedDatabaseOptions) {
    super(`${SCOPE_NAME}/mysql2`, VERSION, { enabled: false });
    this.undos = [];
    this.enable();
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    const files = Object.entries(FILES).map(
      ([file, observe]) =>
        new InstrumentationNodeModuleFile(
          `mysql2/${file}`,
          ['*'],
          (driverClass: unknown, version) => {
            if (this.undos !== undefined && isSupported(DRIVER, version)) {
              this.undos.push(observe(driverClass, this.options));
            }
            return driverClass;
          },
          () => {},
        ),
    );
    return [new InstrumentationNodeModuleDefinition('mysql2', ['*'], undefined, undefined, files)];
  }

  stop(): void {
    this.disable();
    this.undos?.forEach((undo) => undo());
    this.undos = undefined;
  }
}
