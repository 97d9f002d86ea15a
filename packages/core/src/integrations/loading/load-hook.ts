import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import { SCOPE_NAME, VERSION } from '../../version.js';
import type { Undo } from '../integration.js';

/**
 * Tells that a package, or a file of it, has been loaded, as far as the module system tells.
 *
 * @param files - files that are told of by themselves: of a package that is imported nothing else tells
 */
export function onLoad(packageName: string, files: readonly string[], listener: () => void): Undo {
  const hook = new LoadHook({ enabled: false, packageName, files, listener });
  hook.enable();
  return () => hook.disable();
}

interface LoadHookConfig {
  readonly enabled: boolean;
  readonly packageName: string;
  readonly files: readonly string[];
  readonly listener: () => void;
}

/** What is in a package is left as it is. */
class LoadHook extends InstrumentationBase<LoadHookConfig> {
  constructor(config: LoadHookConfig) {
    super(SCOPE_NAME, VERSION, config);
  }

  /** The base class asks for this before a subclass of it has any fields. */
  protected override init(): InstrumentationNodeModuleDefinition[] {
    const { packageName, files, listener } = this.getConfig();
    const tell = (exports: unknown): unknown => {
      listener();
      return exports;
    };
    const inner = files.map((file) => new InstrumentationNodeModuleFile(`${packageName}/${file}`, ['*'], tell, () => {}));
    return [new InstrumentationNodeModuleDefinition(packageName, ['*'], tell, () => {}, inner)];
  }
}
