import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import { VERSION } from '../../version.js';
import { patchLoadedModules, type ModulePatching } from './loaded-modules.js';

/** The copies of a library that are patched, those of now and those to come. */
export interface PatchedModules {
  readonly scan: () => void;
  readonly stop: () => void;
}

/**
 * Patches the copies of a library that are loaded, and each that is loaded later, as far as the module system tells.
 *
 * @param innerFiles - files that the patched file requires itself: of an `import` nothing else tells
 */
export function patchModules(patching: ModulePatching, innerFiles: readonly string[] = []): PatchedModules {
  const { packageName } = patching;
  const { scan, stop } = patchLoadedModules(patching);
  const hook = new LoadHook({ enabled: false, packageName, innerFiles, onLoad: scan });
  hook.enable();
  return {
    scan,
    stop: () => {
      hook.disable();
      stop();
    },
  };
}

interface LoadHookConfig {
  readonly enabled: boolean;
  readonly packageName: string;
  readonly innerFiles: readonly string[];
  readonly onLoad: () => void;
}

/** Tells that a package was loaded; what is in it is left as it is. */
class LoadHook extends InstrumentationBase<LoadHookConfig> {
  constructor(config: LoadHookConfig) {
    super('@otelier/core', VERSION, config);
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    const { packageName, innerFiles, onLoad } = this.getConfig();
    const files = innerFiles.map(
      (file) =>
        new InstrumentationNodeModuleFile(
          `${packageName}/${file}`,
          ['*'],
          (exports: unknown) => {
            // Once the file that requires this one has been run too, and before whoever imports it goes on.
            queueMicrotask(onLoad);
            return exports;
          },
          () => {},
        ),
    );
    const onExports = (exports: unknown): unknown => {
      onLoad();
      return exports;
    };
    return [new InstrumentationNodeModuleDefinition(packageName, ['*'], onExports, () => {}, files)];
  }
}
